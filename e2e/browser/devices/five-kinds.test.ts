import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cTools, pythonTools } from "../../../scripts/lib/tools.mjs";
import { CDevices } from "../../support/peers/c-device.js";
import { NodePeers } from "../../support/peers/node-peer.js";
import { reportedErrors } from "../../support/peers/program.js";
import { startPythonDevice } from "../../support/peers/python-device.js";
import { until } from "../../support/until.js";
import { BaseClientPage } from "../lab/base-client-page.js";
import { withMeeting } from "../support/with-meeting.js";

describe.skipIf(!cTools.isHere() || !pythonTools.isHere())("five kinds of peers in one room", () => {
  const meeting = withMeeting();
  let nodePeers: NodePeers;
  let devices: CDevices;

  beforeAll(async () => {
    [nodePeers, devices] = await Promise.all([NodePeers.build(), CDevices.build()]);
  });

  afterAll(() => nodePeers.remove());

  /**
   * The id of the page of the meeting, which shows it nowhere: the base client has a connection to it and to no further
   * peer.
   */
  async function meetingPeerId(base: BaseClientPage, ids: string[]): Promise<string> {
    let other: string | undefined;
    await until("a connection of the base client to the page of the meeting", async () => {
      other = (await base.connections()).find((id) => !ids.includes(id));
      return other !== undefined;
    });
    return other ?? "";
  }

  it(
    "exchange video: a page of the meeting, a peer in Node, a device in C, a device in Python and a base client",
    { timeout: 90_000 },
    async () => {
      const { name, enter, errors } = meeting.open();
      const node = meeting.start(nodePeers.start(meeting.url, name));
      const c = meeting.start(devices.start(meeting.url, name));
      const python = meeting.start(startPythonDevice(meeting.url, name));
      const [nodeId, cId, pythonId] = await Promise.all([node.joined(), c.joined(), python.joined()]);
      const ada = await enter("Ada", { media: "video" });
      // The base client knows no capabilities and offers to everyone present: it joins last, to meet those that only
      // answer.
      const base = await BaseClientPage.open(meeting, name);
      const baseId = await base.id();
      const adaId = await meetingPeerId(base, [nodeId, cId, pythonId]);

      const programs = [node, c, python];
      const others = [nodeId, cId, pythonId, baseId];
      await Promise.all([
        ...others.map((id) => ada.showsVideo(ada.videoOf(id))),
        ...[nodeId, cId, pythonId, adaId].map((id) => base.showsVideo(id)),
        ...programs.flatMap((program) => [program.receivesVideo(adaId), program.receivesVideo(baseId)]),
        node.receivesVideo(cId),
        node.receivesVideo(pythonId),
        c.receivesVideo(nodeId),
        python.receivesVideo(nodeId),
      ]);

      // Two devices that only answer never connect: neither offers.
      expect(c.reports.filter(({ peer }) => peer === pythonId)).toEqual([]);
      expect(python.reports.filter(({ peer }) => peer === cId)).toEqual([]);
      expect(await base.unexpected()).toEqual([]);
      expect([...errors, ...programs.flatMap(reportedErrors)]).toEqual([]);
    },
  );
});
