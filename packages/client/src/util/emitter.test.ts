import { describe, expect, it, vi } from "vitest";
import type { Logger } from "./logger.js";
import { Emitter } from "./emitter.js";
import { NotificationQueue } from "./notification-queue.js";

interface Events {
  number: [value: number];
  pair: [one: number, other: number];
}

const quiet: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("an emitter", () => {
  it("notifies after the running code, and all listeners in the order of the events", async () => {
    const queue = new NotificationQueue();
    const [one, other] = [new Emitter<Events>(queue), new Emitter<Events>(queue)];
    const received: string[] = [];
    one.on("number", (value) => {
      received.push(`first ${String(value)}`);
      if (value === 1) other.emit("number", 3);
    });
    one.on("number", (value) => received.push(`second ${String(value)}`));
    other.on("number", (value) => received.push(`other ${String(value)}`));
    one.emit("number", 1);
    one.emit("number", 2);
    expect(received).toEqual([]);
    await settled();
    expect(received).toEqual(["first 1", "second 1", "first 2", "second 2", "other 3"]);
  });

  it("leaves out a listener that was removed meanwhile, and one that was added later", async () => {
    const emitter = new Emitter<Events>(new NotificationQueue());
    const received: string[] = [];
    const off = emitter.on("number", () => received.push("removed"));
    emitter.emit("number", 1);
    off();
    emitter.on("number", () => received.push("added"));
    await settled();
    expect(received).toEqual([]);
  });

  it("resolves `once` with the next argument, or with all of them", async () => {
    const emitter = new Emitter<Events>(new NotificationQueue());
    const [single, both] = [emitter.once("number"), emitter.once("pair")];
    emitter.emit("number", 1);
    emitter.emit("number", 2);
    emitter.emit("pair", 1, 2);
    expect([await single, await both]).toEqual([1, [1, 2]]);
  });

  it("reports a listener that throws or rejects, and notifies the others", async () => {
    const reported: string[] = [];
    const emitter = new Emitter<Events>(new NotificationQueue(), {
      ...quiet,
      error: (message) => void reported.push(message),
    });
    let received = 0;
    emitter.on("number", () => {
      throw new Error("thrown");
    });
    const rejecting: () => unknown = () => Promise.reject(new Error("rejected"));
    emitter.on("number", rejecting);
    emitter.on("number", () => received++);
    emitter.emit("number", 1);
    await settled();
    expect([reported, received]).toEqual([["A listener threw", "A listener rejected"], 1]);
  });

  it("V12: reports an error once in the console where there is neither a logger nor `reportError`", async () => {
    const report = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const emitter = new Emitter<Events>(new NotificationQueue());
    const [thrown, rejected, foreign] = [new Error("thrown"), new Error("rejected"), new Error("foreign")];
    emitter.on("number", () => {
      throw thrown;
    });
    const rejecting: () => unknown = () => Promise.reject(rejected);
    emitter.on("number", rejecting);
    // A promise of another library.
    const thenable: () => unknown = () => ({ then: (_: unknown, reject: (error: Error) => void) => reject(foreign) });
    emitter.on("number", thenable);
    emitter.emit("number", 1);
    await settled();
    const reported = report.mock.calls;
    report.mockRestore();
    expect(reported).toEqual([[thrown], [rejected], [foreign]]);
  });

  it("V12: reports by `reportError` where there is one, and not in the console as well", async () => {
    const [report, log] = [vi.fn(), vi.spyOn(console, "error")];
    vi.stubGlobal("reportError", report);
    const emitter = new Emitter<Events>(new NotificationQueue());
    const error = new Error("thrown");
    emitter.on("number", () => {
      throw error;
    });
    emitter.emit("number", 1);
    await settled();
    vi.unstubAllGlobals();
    expect([report.mock.calls, log.mock.calls]).toEqual([[[error]], []]);
    log.mockRestore();
  });

  it("V12: does not call a listener that another one removes during the event", async () => {
    const emitter = new Emitter<Events>(new NotificationQueue());
    const received: string[] = [];
    const second = (): number => received.push("second");
    emitter.on("number", () => {
      received.push("first");
      emitter.off("number", second);
    });
    emitter.on("number", second);
    emitter.emit("number", 1);
    await settled();
    expect(received).toEqual(["first"]);
  });

  it("V12: rejects a pending `once` with ABORTED, after everything emitted before", async () => {
    const emitter = new Emitter<Events>(new NotificationQueue());
    const [number, pair] = [emitter.once("number"), emitter.once("pair")];
    emitter.emit("number", 1);
    emitter.abortWaiting();
    const later = emitter.once("number");
    expect(await number).toBe(1);
    await expect(pair).rejects.toMatchObject({ code: "ABORTED", message: 'once("pair") was canceled.' });
    emitter.emit("number", 2);
    expect(await later).toBe(2);
  });

  it("V12: rejects a `once` whose signal is aborted, before or later", async () => {
    const emitter = new Emitter<Events>(new NotificationQueue());
    const abort = new AbortController();
    const [pending, kept] = [emitter.once("number", { signal: abort.signal }), emitter.once("number")];
    abort.abort("bored");
    await expect(pending).rejects.toMatchObject({ code: "ABORTED", cause: "bored" });
    await expect(emitter.once("pair", { signal: abort.signal })).rejects.toMatchObject({ code: "ABORTED" });
    emitter.emit("number", 1);
    expect(await kept).toBe(1);
  });

  it("goes on where the logger throws too", async () => {
    const error = (): never => {
      throw new Error("The logger threw.");
    };
    const emitter = new Emitter<Events>(new NotificationQueue(), { ...quiet, error });
    let received = 0;
    emitter.on("number", () => {
      throw new Error("thrown");
    });
    emitter.on("number", () => received++);
    emitter.emit("number", 1);
    emitter.emit("number", 2);
    await settled();
    emitter.emit("number", 3);
    await settled();
    expect(received).toBe(3);
  });
});
