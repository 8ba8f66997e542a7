import { defaultLimits } from "@sig/protocol";
import { describe, expect, it } from "vitest";
import { settleDeviceOptions } from "./device-options.js";

describe("the settings of a gateway whose host has set nothing", () => {
  const settings = settleDeviceOptions({}, defaultLimits.sdp);

  it("miss a device that says nothing within 15 seconds", () => {
    expect(settings.pingIntervalMs + settings.pingTimeoutMs).toBeLessThan(15_000);
  });

  it("take whole descriptions in, and let a megabyte wait to be sent", () => {
    expect(settings).toMatchObject({ path: "/device", maxPayload: 320 * 1024, maxQueuedBytes: 1024 * 1024 });
  });
});
