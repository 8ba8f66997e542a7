import { describe, expect, it } from "vitest";
import { RecordedSocket } from "../../test/signaling/recorded-socket.js";
import { sharedBy, SharedSocket } from "./shared-socket.js";

const forever = new Promise<never>(() => undefined);
const deferred = (): { promise: Promise<void>; resolve: () => void } => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((onResolve) => (resolve = onResolve));
  return { promise, resolve };
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("what users of one socket share", () => {
  it("belongs to that socket alone", () => {
    const [one, other] = [new RecordedSocket(), new RecordedSocket()];
    expect(sharedBy(one)).toBe(sharedBy(one));
    expect(sharedBy(one)).not.toBe(sharedBy(other));
  });

  it("is, for each room, an exit that waits for its answer, and the last of several", async () => {
    const shared = new SharedSocket();
    const answers = [deferred(), deferred()];
    const passed: string[] = [];
    for (const { promise } of answers) shared.leaving("r", promise);
    void shared.left("r").then(() => passed.push("r"));
    void shared.left("q").then(() => passed.push("q"));
    await settled();
    expect(passed).toEqual(["q"]);
    answers[0]?.resolve();
    await settled();
    expect(passed).toEqual(["q"]);
    answers[1]?.resolve();
    await settled();
    expect(passed).toEqual(["q", "r"]);
  });

  it("is whose join a `created` answers: the oldest of that room without an answer", async () => {
    const shared = new SharedSocket();
    const [one, other] = [{ name: "one" }, { name: "other" }];
    shared.joining("r", one, forever);
    shared.joining("q", other, forever);
    shared.joining("r", other, forever);
    expect([shared.joinAnswered("r"), shared.joinAnswered("r"), shared.joinAnswered("r")]).toEqual([
      one,
      other,
      undefined,
    ]);
    expect(shared.joinAnswered("q")).toBe(other);
    expect(shared.joinAnswered("never joined")).toBeUndefined();
  });

  it("does not have a join that was answered, but one that failed: its answer may still arrive", async () => {
    const shared = new SharedSocket();
    const [answered, failed] = [{ name: "answered" }, { name: "failed" }];
    shared.joining("r", failed, Promise.reject(new Error("timeout")));
    shared.joining("r", answered, Promise.resolve());
    await settled();
    expect([shared.joinAnswered("r"), shared.joinAnswered("r")]).toEqual([failed, undefined]);
  });

  it("keeps the other joins if one was answered by `created` before its reply", async () => {
    const shared = new SharedSocket();
    const [one, other] = [{ name: "one" }, { name: "other" }];
    const reply = deferred();
    shared.joining("r", one, reply.promise);
    shared.joining("r", other, forever);
    expect(shared.joinAnswered("r")).toBe(one);
    reply.resolve();
    await settled();
    expect(shared.joinAnswered("r")).toBe(other);
  });

  it("has no joins of an earlier connection", () => {
    const shared = new SharedSocket();
    shared.joining("r", {}, forever);
    shared.disconnected();
    expect(shared.joinAnswered("r")).toBeUndefined();
  });
});
