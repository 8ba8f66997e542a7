import { defaultLimits } from "@sig/protocol";
import { describe, expect, it } from "vitest";
import { settleDeviceOptions } from "./device-options.js";

describe("the default settings of a gateway", () => {
  const settings = settleDeviceOptions({}, defaultLimits.sdp);

  it("notice a device that sends nothing within 15 seconds", () => {
    expect(settings.pingIntervalMs + settings.pingTimeoutMs).toBeLessThan(15_000);
  });

  it("accept whole descriptions, and let a megabyte wait to be sent", () => {
    expect(settings).toMatchObject({ path: "/device", maxPayload: 320 * 1024, maxQueuedBytes: 1024 * 1024 });
  });
});
