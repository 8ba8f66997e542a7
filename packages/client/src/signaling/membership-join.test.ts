import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { capabilities, created, entered, MembershipLab } from "../../test/signaling/membership-lab.js";
import type { ScriptedChannel } from "../../test/signaling/scripted-channel.js";
import type { FakeClock } from "../testing/fake-clock.js";
import { features } from "./features.js";

let lab: MembershipLab;
let clock: FakeClock;
let channel: ScriptedChannel;
let passed: unknown[];

/** Waits have their greatest length: 500 ms, then 1000, … */
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  lab = new MembershipLab();
  ({ clock, channel, passed } = lab);
});
afterEach(() => vi.restoreAllMocks());

describe("the features of this client", () => {
  it("are notices while it waits, muted tracks, gathered notices, drains, offers with joins, and bundles", () => {
    expect(features).toEqual(["waiting", "mute", "notices", "drain", "offer-with-join", "bundles"]);
  });
});

describe("a join", () => {
  it("reserves the room, listens, sends everything about us, and ends with the answer", async () => {
    lab.start({ token: () => "t", metadata: () => "m" });
    const joining = lab.join();
    expect(channel.calls).toEqual(["reserve r", "open"]);
    await clock.advance(0);
    expect(channel.calls.slice(2)).toEqual(["join 3600000"]);
    const { payload } = channel.joins[0]!;
    expect(payload).toEqual({
      room: "r",
      key: expect.stringMatching(/^[\d-]{63,127}$/) as string,
      capabilities,
      features,
      metadata: "m",
      token: "t",
    });
    await lab.letIn();
    expect(await joining).toBeUndefined();
    expect(passed).toEqual([["state", "joining"], ["prepare"], ["state", "joined"], ["entered", entered, false]]);
    expect([lab.membership.state, lab.membership.id, lab.membership.room]).toEqual(["joined", "me", "r"]);
    expect(clock.pending).toBe(0);
  });

  it("travels with the request to connect, and is repeated as it was once connected", async () => {
    channel.connected = false;
    let metadata = 1;
    lab.start({ token: "t", metadata: () => metadata });
    const joining = lab.join();
    const join = channel.listener?.joinOnConnect();
    expect(join).toMatchObject({ room: "r", features, metadata: 1, token: "t" });
    metadata = 2;
    channel.connected = true;
    channel.listener?.connected();
    await clock.advance(0);
    expect(channel.joins[0]!.payload).toEqual(join);
    channel.receive("created", entered);
    await joining;
    channel.joins[0]!.answer(created);
    await clock.advance(0);
    expect(passed.slice(-2)).toEqual([
      ["state", "joined"],
      ["entered", entered, false],
    ]);
    channel.listener?.disconnected();
    channel.listener?.connected();
    await clock.advance(0);
    expect(channel.joins[1]!.payload).toMatchObject({ metadata: 2 });
  });

  it("is left with an `exit` where it has traveled, and not where it may be lost", async () => {
    channel.connected = false;
    const joining = lab.join();
    channel.listener?.joinOnConnect();
    channel.listener?.disconnected();
    await lab.membership.leave();
    expect([channel.calls.includes("exit 2000"), await joining]).toEqual([
      false,
      expect.objectContaining({ code: "ABORTED" }),
    ]);
    lab.start({});
    void lab.join();
    channel.listener?.joinOnConnect();
    await lab.membership.leave();
    expect(channel.calls).toContain("exit 2000");
  });

  it("does not travel with the request to connect while its token has to be fetched, or the page is left", async () => {
    channel.connected = false;
    lab.start({ token: () => "t" });
    void lab.join();
    expect(channel.listener?.joinOnConnect()).toBeUndefined();
    await lab.membership.leave();
    lab.start({});
    void lab.join();
    lab.membership.pageLeft();
    expect(channel.listener?.joinOnConnect()).toBeUndefined();
    lab.membership.pageReturned();
    expect(channel.listener?.joinOnConnect()).toMatchObject({ room: "r" });
    await lab.membership.leave();
  });

  it("begins once the server is connected, and is prepared until then", async () => {
    channel.connected = false;
    void lab.join();
    expect(passed).toEqual([["state", "joining"], ["prepare"]]);
    await clock.advance(0);
    expect(channel.joins).toEqual([]);
    channel.connected = true;
    channel.listener?.connected();
    await clock.advance(0);
    expect(channel.joins).toHaveLength(1);
  });

  it("waits for the answer to an earlier exit", async () => {
    let resolve = (): void => undefined;
    channel.leaving = new Promise((onResolve) => (resolve = onResolve));
    void lab.join();
    await clock.advance(1000);
    expect(channel.joins).toEqual([]);
    resolve();
    await clock.advance(0);
    expect(channel.joins).toHaveLength(1);
  });

  it("that is aborted is over, and the server is notified of one that was sent", async () => {
    const reason = new Error("closed the window");
    const error = await lab.join(AbortSignal.abort(reason));
    expect(error).toMatchObject({ code: "ABORTED", cause: reason });
    expect(channel.calls).toEqual(["reserve r", "open", "close"]);
    const canceler = new AbortController();
    const joining = lab.join(canceler.signal);
    await clock.advance(0);
    canceler.abort(reason);
    expect(await joining).toMatchObject({ code: "ABORTED", cause: reason });
    expect(channel.calls.slice(-2)).toEqual(["exit 2000", "close"]);
    expect(lab.membership.state).toBe("idle");
    expect(clock.pending).toBe(0);
  });

  it("that is done cannot be aborted any more", async () => {
    const canceler = new AbortController();
    const joining = lab.join(canceler.signal);
    await clock.advance(0);
    await lab.letIn();
    await joining;
    canceler.abort();
    expect(lab.membership.state).toBe("joined");
  });

  it.each([
    ["the server could not be reached", () => (channel.connected = false), /^The signaling server could not be/],
    ["the server did not answer", () => undefined, /^The signaling server did not answer the join within 20000 ms\./],
    [
      "the token function did not answer",
      () => lab.start({ token: () => new Promise(() => undefined) }),
      /^The token function gave no token in time\./,
    ],
  ])("without success says at the end that %s", async (_, prepare, message) => {
    prepare();
    const joining = lab.join(undefined, 20_000);
    await clock.advance(20_000);
    expect(await joining).toMatchObject({ code: "TIMEOUT", message: expect.stringMatching(message) as string });
  });

  it("is sent again after ten seconds without an answer, and the late answer to the first one is ignored", async () => {
    void lab.join(undefined, 60_000);
    await clock.advance(10_000);
    expect(channel.joins).toHaveLength(1);
    await clock.advance(500);
    expect(channel.joins).toHaveLength(2);
    channel.joins[0]?.answer({ ok: false, code: "UNAUTHORIZED", message: "no", retryable: false });
    await clock.advance(0);
    expect(lab.membership.state).toBe("joining");
    await lab.letIn();
    expect(lab.membership.state).toBe("joined");
  });

  it("is sent again after an error, and after an answer that is not one", async () => {
    void lab.join();
    await clock.advance(0);
    channel.joins[0]?.fail(new Error("operation has timed out"));
    await clock.advance(500);
    expect(channel.joins).toHaveLength(2);
    channel.joins[1]?.answer({ ok: true });
    await clock.advance(999);
    expect(channel.joins).toHaveLength(2);
    await clock.advance(1);
    expect(channel.joins).toHaveLength(3);
  });

  it("that is rejected for good is over, is noted, and sends no exit", async () => {
    const joining = lab.join();
    await clock.advance(0);
    channel.joins[0]?.answer({ ok: false, code: "KICKED", message: "no", retryable: false });
    expect(await joining).toMatchObject({ code: "KICKED", message: "no" });
    expect(passed).toContainEqual(["note", "join rejected", { code: "KICKED" }]);
    expect(channel.calls.slice(-2)).toEqual(["join 3600000", "close"]);
  });

  it("that fails to be decided is tried again, and ends with that failure", async () => {
    const joining = lab.join(undefined, 1600);
    await clock.advance(0);
    channel.joins[0]?.answer({ ok: false, code: "INTERNAL", message: "no", retryable: true });
    await clock.advance(500);
    expect(channel.joins).toHaveLength(2);
    channel.joins[1]?.answer({ ok: false, code: "CLOSING", message: "later", retryable: true });
    await clock.advance(1100);
    expect([channel.joins.length, await joining]).toMatchObject([3, { code: "CLOSING", message: "later" }]);
  });

  it("of a full room is over, though it may be tried again", async () => {
    const joining = lab.join();
    await clock.advance(0);
    channel.joins[0]?.answer({ ok: false, code: "ROOM_FULL", message: "full", retryable: true });
    expect(await joining).toMatchObject({ code: "ROOM_FULL", retryable: true });
  });

  it("calls a token function again that does not answer, and ignores an answer after the join is over", async () => {
    const fetched: ((token: string) => void)[] = [];
    lab.start({ token: () => new Promise((resolve) => fetched.push(resolve)) });
    void lab.join(undefined, 60_000);
    await clock.advance(30_500);
    expect(fetched).toHaveLength(2);
    await lab.membership.leave();
    for (const fetch of fetched) fetch("late");
    await clock.advance(0);
    expect(channel.joins).toEqual([]);
  });

  it("ends with the error of the token function, but not with one that is over", async () => {
    const cause = new Error("No network.");
    const answers = [() => Promise.reject(cause), () => "t"];
    lab.start({ token: () => answers.shift()?.() ?? "t" });
    const joining = lab.join(undefined, 5000);
    await clock.advance(5000);
    expect([channel.joins.length, ((await joining) as Error).message]).toEqual([
      1,
      "The signaling server did not answer the join within 5000 ms. Check its address and namespace.",
    ]);
    lab.start({ token: () => Promise.reject(cause) });
    const failing = lab.join(undefined, 5000);
    await clock.advance(5000);
    expect(await failing).toMatchObject({ message: "The token function gave no token in time.", cause });
  });

  it("of an earlier connection is not answered any more, in either way", async () => {
    void lab.join();
    await clock.advance(0);
    channel.listener?.disconnected();
    expect([lab.membership.state, passed]).toEqual(["joining", [["state", "joining"], ["prepare"]]]);
    channel.listener?.connected();
    await clock.advance(0);
    channel.joins[0]?.fail(new Error("socket has been disconnected"));
    await clock.advance(5000);
    expect(channel.joins).toHaveLength(2);
  });

  it("that fails without a connection waits for the next one", async () => {
    void lab.join();
    await clock.advance(0);
    channel.connected = false;
    channel.joins[0]?.fail(new Error("socket has been disconnected"));
    await clock.advance(10_000);
    expect(channel.joins).toHaveLength(1);
  });

  it("is answered by `created`, if that is the answer to what was sent", async () => {
    const fetched: ((token: string) => void)[] = [];
    lab.start({ token: () => new Promise((resolve) => fetched.push(resolve)) });
    const joining = lab.join();
    await clock.advance(0);
    channel.receive("created", created);
    expect(lab.membership.state).toBe("joining");
    fetched[0]?.("t");
    await clock.advance(0);
    channel.ours = false;
    channel.receive("created", created);
    expect(lab.membership.state).toBe("joining");
    channel.ours = true;
    channel.receive("created", { ...created, room: "q" });
    expect(lab.membership.state).toBe("joining");
    channel.receive("created", created);
    expect(await joining).toBeUndefined();
  });

  it("that waits for a decision has no end of its own", async () => {
    channel.connected = true;
    const joining = lab.join(undefined, 20_000);
    channel.receive("waiting", { room: "r" });
    await clock.advance(0);
    expect(passed).not.toContainEqual(["waiting"]);
    channel.receive("waiting", { room: "r" });
    expect(passed.at(-1)).toEqual(["waiting"]);
    await clock.advance(3_000_000);
    expect([channel.joins.length, lab.membership.state]).toEqual([1, "joining"]);
    await lab.letIn();
    expect(await joining).toBeUndefined();
  });
});
