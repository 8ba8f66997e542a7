import { describe, expect, it, vi } from "vitest";
import { guardLogger, printable } from "./logger.js";

describe("printable", () => {
  it("keeps plain text of any script and escapes what is not text", () => {
    expect(printable("Grüße, 世界 😀", 100)).toBe("Grüße, 世界 😀");
    expect(printable("a\n\u001b[31m\u202e\u2028\ud800\u0000", 100)).toBe(
      "a\\u{a}\\u{1b}[31m\\u{202e}\\u{2028}\\u{d800}\\u{0}",
    );
  });

  it("is never longer than allowed", () => {
    expect(printable("\n".repeat(500), 160)).toHaveLength(160);
    expect(printable("😀".repeat(500), 3).length).toBeLessThanOrEqual(3);
  });
});

describe("guardLogger", () => {
  it("calls the host's logger as a method, with bounded fields", () => {
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    guardLogger(logger).info("peer joined", { room: "x".repeat(1000), peers: 3, gone: undefined });
    expect(logger.info.mock.calls).toEqual([["peer joined", { room: "x".repeat(160), peers: 3 }]]);
    expect(logger.info.mock.contexts[0]).toBe(logger);
  });

  it("swallows what a logger throws, and is silent without one", () => {
    const broken = () => {
      throw new Error("disk full");
    };
    expect(() => guardLogger({ debug: broken, info: broken, warn: broken, error: broken }).warn("x")).not.toThrow();
    expect(() => guardLogger(undefined).warn("x", { a: 1 })).not.toThrow();
  });
});
