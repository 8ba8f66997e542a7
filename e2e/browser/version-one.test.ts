import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/until.js";
import { unpackVersionOne, type VersionOne } from "../support/version-one.js";
import { connected, eventsMatching, joinLab, receivesFrames, waitForLabels, type LabPage } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";

describe("a page with the client of version 1", () => {
  const lab = withLab();
  let one: VersionOne;
  let script = "";

  beforeAll(async () => {
    one = await unpackVersionOne();
    script = await labScript(one.folder);
  });
  afterAll(() => one.remove());

  /** The page of the lab, with the other client in it. */
  function openVersionOne(): Promise<LabPage> {
    const prepare = async (page: Page): Promise<void> => {
      await page.route("**/lab.js", (route) => route.fulfill({ contentType: "text/javascript", body: script }));
    };
    return lab.open("/", { prepare });
  }

  it.each([
    ["joins after", false],
    ["is there before", true],
  ])("sends video and messages to a page with this one, and receives them, if it %s it", async (_when, isFirst) => {
    const [old, current] = [await openVersionOne(), await lab.open()];
    const room = isFirst ? "one-first" : "one-second";
    for (const page of isFirst ? [old, current] : [current, old]) {
      await joinLab(page, room, { camera: true });
    }
    for (const page of [old, current]) {
      await connected(page, 1);
      await waitForLabels(page, "camera");
      await receivesFrames(page);
    }
    for (const { page } of [old, current])
      await page.evaluate(() => {
        window.manager.on("message", ({ type, data }) => window.events.push(`${type} ${JSON.stringify(data)}`));
      });
    for (const { page } of [old, current]) await page.evaluate(() => window.manager.send("chat", { text: "hello" }));
    for (const page of [old, current])
      await until("the message", async () => (await eventsMatching(page, /^chat \{"text":"hello"\}$/)).length === 1);
    expect([...old.errors, ...current.errors]).toEqual([]);
  });
});

/** The script of the lab's page, made with the client that is in a folder. */
async function labScript(folder: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("lab/in-page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    conditions: ["@sig/source"],
    alias: { "@sig/client": join(folder, "node_modules", "@sig", "client", "dist", "index.js") },
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
}
