import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cTools, findFirefox, pythonTools } from "../../../scripts/lib/tools.mjs";
import { CDevices } from "../../support/peers/c-device.js";
import { NodePeers } from "../../support/peers/node-peer.js";
import { reportedErrors } from "../../support/peers/program.js";
import { startPythonDevice } from "../../support/peers/python-device.js";
import { showsFrames } from "../support/media-probes.js";
import { withMeeting } from "../support/with-meeting.js";

const areInstalled = findFirefox() !== undefined && cTools.isHere() && pythonTools.isHere();

describe.skipIf(process.env.SIG_LONG === undefined || !areInstalled)("a page in Firefox", () => {
  const meeting = withMeeting({ engine: "firefox" });
  let nodePeers: NodePeers;
  let devices: CDevices;

  beforeAll(async () => {
    [nodePeers, devices] = await Promise.all([NodePeers.build(), CDevices.build()]);
  });

  afterAll(() => nodePeers.remove());

  it.each([
    ["a peer in Node", (room: string) => nodePeers.start(meeting.url, room)],
    ["a device in C", (room: string) => devices.start(meeting.url, room)],
    ["a device in C that does not trickle", (room: string) => devices.start(meeting.url, room, ["--gather"])],
    ["a device in Python", (room: string) => startPythonDevice(meeting.url, room)],
    ["a device in Python that offers", (room: string) => startPythonDevice(meeting.url, room, "--offers")],
  ])("exchanges video with %s", async (_what, start) => {
    const { name, enter, errors } = meeting.open();
    const ada = await enter("Ada", { media: "video" });
    const program = meeting.start(start(name));
    const id = await program.joined();
    await Promise.all([showsFrames(ada.videoOf(id), 5), program.receivesVideo()]);
    expect([...errors, ...reportedErrors(program)]).toEqual([]);
  });
});
