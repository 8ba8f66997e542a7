import { describe, expect, it, vi } from "vitest";
import { guardLogger, printable } from "./logger.js";

describe("printable", () => {
  it("keeps plain text of any script and escapes everything else", () => {
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
  const levels = ["debug", "info", "warn", "error"] as const;

  it("calls each method of the application's logger as a method, with bounded fields", () => {
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    for (const level of levels)
      guardLogger(logger)[level](`at ${level}`, { room: "x".repeat(1000), peers: 3, gone: undefined });
    for (const level of levels) {
      expect(logger[level].mock.calls).toEqual([[`at ${level}`, { room: "x".repeat(160), peers: 3 }]]);
      expect(logger[level].mock.contexts[0]).toBe(logger);
    }
  });

  it("ignores what a logger throws, and goes on to call it", () => {
    const calls: unknown[][] = [];
    const broken = (...args: unknown[]) => {
      calls.push(args);
      throw new Error("disk full");
    };
    const log = guardLogger({ debug: broken, info: broken, warn: broken, error: broken });
    for (const level of levels) log[level](level, { a: 1 });
    expect(calls).toEqual(levels.map((level) => [level, { a: 1 }]));
  });

  it("handles the rejection of an asynchronous logger", () => {
    const rejection = { then: vi.fn() };
    const write = (): void => rejection as never;
    const log = guardLogger({ debug: write, info: write, warn: write, error: write });
    for (const level of levels) log[level](level);
    expect(rejection.then).toHaveBeenCalledTimes(levels.length);
    expect(rejection.then).toHaveBeenLastCalledWith(undefined, expect.any(Function));
  });

  it("writes nothing without a logger, not even to the console", () => {
    const methods = levels.map((level) => vi.spyOn(console, level));
    try {
      for (const level of levels) guardLogger(undefined)[level]("x", { a: 1 });
      for (const spy of methods) expect(spy).not.toHaveBeenCalled();
    } finally {
      for (const spy of methods) spy.mockRestore();
    }
  });
});
