import { beforeAll, describe, expect, it } from "vitest";
import { cTools } from "../../../scripts/lib/tools.mjs";
import { CDevices } from "../../support/peers/c-device.js";
import { reportedErrors } from "../../support/peers/program.js";
import { withMeeting } from "../support/with-meeting.js";

describe.skipIf(!cTools.isHere())("a device in C, over a plain WebSocket", () => {
  const meeting = withMeeting();
  let devices: CDevices;

  beforeAll(async () => {
    devices = await CDevices.build();
  });

  it.each([
    ["sends each candidate separately", []],
    ["sends candidates only inside descriptions", ["--gather"]],
  ])("that %s exchanges video with peers that join before or after it, and receives audio", async (_how, options) => {
    const { name, enter, errors } = meeting.open();
    const ada = await enter("Ada");
    const device = meeting.start(devices.start(meeting.url, name, ["--name", "Front door", ...options]));
    const id = await device.joined();
    const bo = await enter("Bo", { media: "none" });
    await Promise.all([
      ada.showsVideo(ada.video("Front door")),
      bo.showsVideo(bo.videoOf(id)),
      device.receivesVideo(),
      device.receivesAudio(),
    ]);
    await bo.leave();
    await device.waitForReport("Bo's exit", ({ event }) => event === "left");
    await ada.showsVideo(ada.videoOf(id));
    expect(await device.stop()).toBe(0);
    await ada.waitForConnected(0);
    expect([...errors, ...reportedErrors(device)]).toEqual([]);
  });
});
