import { beforeAll, describe, expect, it } from "vitest";
import { cTools } from "../../../scripts/lib/find-device-tools.mjs";
import { CDevices } from "../../support/peers/c-device.js";
import { complaints } from "../../support/peers/program.js";
import { withMeeting } from "./support/suite.js";

describe.skipIf(!cTools.isHere())("a device in C, over a plain WebSocket", () => {
  const meeting = withMeeting();
  let devices: CDevices;

  beforeAll(async () => {
    devices = await CDevices.build();
  });

  it.each([
    ["takes and sends candidates one by one", []],
    ["takes and sends none but those in descriptions", ["--gather"]],
  ])("that %s is seen by whoever comes before or after it, and sees and hears", async (_how, options) => {
    const { name, enter, errors } = meeting.open();
    const ada = await enter("Ada");
    const device = meeting.start(devices.start(meeting.url, name, ["--name", "Front door", ...options]));
    const id = await device.joined();
    const bo = await enter("Bo", { media: "none" });
    await Promise.all([ada.sees(ada.video("Front door")), bo.sees(bo.videoOf(id)), device.sees(), device.hears()]);
    await bo.leave();
    await device.says("that Bo has left", ({ event }) => event === "left");
    await ada.sees(ada.videoOf(id));
    expect(await device.stop()).toBe(0);
    await ada.connectsTo(0);
    expect([...errors, ...complaints(device)]).toEqual([]);
  });
});
