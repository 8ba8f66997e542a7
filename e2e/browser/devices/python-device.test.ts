import { describe, expect, it } from "vitest";
import { pythonTools } from "../../../scripts/lib/find-device-tools.mjs";
import { startPythonDevice } from "../../support/peers/python-device.js";
import { complaints, type PeerProgram } from "../../support/peers/program.js";
import { withMeeting } from "./support/suite.js";

describe.skipIf(!pythonTools.isHere())("a device in Python, by the seed protocol over Socket.IO", () => {
  const meeting = withMeeting();

  /** Waits until it has got pictures of two peers. */
  async function seesTwo(device: PeerProgram): Promise<void> {
    const first = await device.says("pictures", ({ event, kind }) => event === "received" && kind === "video");
    await device.says(
      "pictures of another",
      ({ event, kind, peer }) => event === "received" && kind === "video" && peer !== first.peer,
    );
  }

  it("answers whoever comes before or after it, gets what is shared later by a new connection, and leaves", async () => {
    const { name, enter, errors } = meeting.open();
    const ada = await enter("Ada");
    const device = meeting.start(startPythonDevice(meeting.url, name));
    const id = await device.joined();
    const bo = await enter("Bo", { media: "none" });
    await Promise.all([ada.sees(ada.videoOf(id)), bo.sees(bo.videoOf(id)), device.sees(), device.hears()]);
    await bo.at("screen").click();
    await seesTwo(device);
    await bo.sees(bo.videoOf(id));
    await bo.leave();
    await device.says("that Bo has left", ({ event }) => event === "left");
    await ada.sees(ada.videoOf(id));
    expect(await device.stop()).toBe(0);
    await ada.connectsTo(0);
    expect([...errors, ...complaints(device)]).toEqual([]);
  });

  it("offers to who was there before it, where it is told to, and waits for who comes after it", async () => {
    const { name, enter, errors } = meeting.open();
    const ada = await enter("Ada");
    const device = meeting.start(startPythonDevice(meeting.url, name, "--offers"));
    const id = await device.joined();
    await Promise.all([ada.sees(ada.videoOf(id)), device.sees(), device.hears()]);
    const bo = await enter("Bo", { media: "none" });
    await bo.sees(bo.videoOf(id));
    await bo.at("screen").click();
    await seesTwo(device);
    expect([...errors, ...complaints(device)]).toEqual([]);
  });
});
