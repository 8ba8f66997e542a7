import { describe, expect, it } from "vitest";
import { readTraceparent } from "./traceparent.js";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

describe("readTraceparent", () => {
  it.each([
    ["00", "01", 1],
    ["00", "00", 0],
    ["00", "03", 3],
    ["cc", "ff", 255],
  ])("reads the version %s with the flags %s", (version, flags, traceFlags) => {
    const read = readTraceparent(`${version}-${traceId}-${spanId}-${flags}`);
    expect(read).toEqual({ traceId, spanId, traceFlags, isRemote: true });
  });

  it.each([
    `ff-${traceId}-${spanId}-01`,
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01-`,
    `00-${traceId}-${spanId}-01\n`,
    `\n00-${traceId}-${spanId}-01`,
    ` 00-${traceId}-${spanId}-01`,
    `0-${traceId}-${spanId}-01`,
    "",
    undefined,
    null,
    0,
    {},
    [`00-${traceId}-${spanId}-01`],
    { toString: () => `00-${traceId}-${spanId}-01` },
  ])("reads nothing from %j", (value) => {
    expect(readTraceparent(value)).toBeUndefined();
  });
});
