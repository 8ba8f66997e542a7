import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cTools, pythonTools } from "../../../scripts/lib/find-device-tools.mjs";
import { CDevices } from "../../support/peers/c-device.js";
import { NodePeers } from "../../support/peers/node-peer.js";
import { complaints } from "../../support/peers/program.js";
import { startPythonDevice } from "../../support/peers/python-device.js";
import { newContext } from "../support/browser.js";
import { until } from "../support/until.js";
import { withMeeting } from "./support/suite.js";

const seedPage = join(import.meta.dirname, "../lab/seed-page.html");

describe.skipIf(!cTools.isHere() || !pythonTools.isHere())("five kinds of peers in one room", () => {
  const meeting = withMeeting();
  let nodePeers: NodePeers;
  let devices: CDevices;

  beforeAll(async () => {
    [nodePeers, devices] = await Promise.all([NodePeers.build(), CDevices.build()]);
  });

  afterAll(() => nodePeers.remove());

  /** The page that knows nothing but the seed protocol, at the address of the example's server. */
  async function openSeedPage(room: string): Promise<Page> {
    // Its script is in the page, which the pages of the example may not do.
    const { context } = await newContext(meeting.browser, [], { bypassCSP: true });
    const body = await readFile(seedPage, "utf8");
    await context.route("**/seed?*", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }));
    const page = await context.newPage();
    await page.goto(`${meeting.url}/seed?${new URLSearchParams({ room }).toString()}`);
    await until("the seed's page in the room", async () => (await page.title()) === "in the room");
    return page;
  }

  /** Waits until it has shown pictures of a peer. */
  async function seedSees(page: Page, who: string, id: string): Promise<void> {
    await until(
      `pictures of ${who} on the seed's page`,
      async () => Number(await page.evaluate(`shown[${JSON.stringify(id)}] ?? 0`)) >= 5,
    );
  }

  /** Waits until the seed's page has a connection to somebody else than these, and tells to whom: the page of the meeting shows its own id nowhere. */
  async function connectionBeside(page: Page, ids: string[]): Promise<string> {
    let other: string | undefined;
    await until("a connection of the seed's page to the page of the meeting", async () => {
      other = (await page.evaluate<string[]>("Object.keys(connections)")).find((id) => !ids.includes(id));
      return other !== undefined;
    });
    return other ?? "";
  }

  it(
    "the page, a peer in Node, a device in C, a device in Python and a page of the seed: all that can see one another do",
    { timeout: 90_000 },
    async () => {
      const { name, enter, errors } = meeting.open();
      const node = meeting.start(nodePeers.start(meeting.url, name));
      const c = meeting.start(devices.start(meeting.url, name));
      const python = meeting.start(startPythonDevice(meeting.url, name));
      const [nodeId, cId, pythonId] = await Promise.all([node.joined(), c.joined(), python.joined()]);
      const ada = await enter("Ada", { media: "video" });
      // It knows no capabilities, and offers to everyone who is there: so it has to come last to meet those who only answer.
      const seed = await openSeedPage(name);
      const seedId = String(await seed.evaluate("self"));
      const adaId = await connectionBeside(seed, [nodeId, cId, pythonId]);

      const programs = [node, c, python];
      const others = [nodeId, cId, pythonId, seedId];
      await Promise.all([
        ...others.map((id) => ada.sees(ada.videoOf(id))),
        ...Object.entries({ Node: nodeId, C: cId, Python: pythonId, Ada: adaId }).map(([who, id]) =>
          seedSees(seed, who, id),
        ),
        ...programs.flatMap((program) => [program.sees(adaId), program.sees(seedId)]),
        node.sees(cId),
        node.sees(pythonId),
        c.sees(nodeId),
        python.sees(nodeId),
      ]);

      // Two that only answer never meet: nobody offers.
      expect(c.reports.filter(({ peer }) => peer === pythonId)).toEqual([]);
      expect(python.reports.filter(({ peer }) => peer === cId)).toEqual([]);
      expect(await seed.evaluate("unexpected")).toEqual([]);
      expect([...errors, ...programs.flatMap(complaints)]).toEqual([]);
    },
  );
});
