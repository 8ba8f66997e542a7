import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { created, entered, MembershipLab } from "../../test/signaling/membership-lab.js";
import type { ScriptedChannel } from "../../test/signaling/scripted-channel.js";
import type { FakeClock } from "../testing/fake-clock.js";

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

describe("a member", () => {
  it("is notified of the messages of its room alone, and before it has joined of those of peers alone", async () => {
    const offer = { room: "r", from: "them", to: "me", sdp: "v=0" };
    const left = { room: "r", from: "them" };
    void lab.join();
    channel.receive("offer", offer);
    channel.receive("exit", left);
    expect(passed.slice(2)).toEqual([["message", { event: "offer", payload: offer }]]);
    await clock.advance(0);
    await lab.letIn();
    passed.length = 0;
    for (const room of ["q", "r"]) channel.receive("exit", { ...left, room });
    channel.receive("iceServers", { iceServers: [] });
    channel.receive("rejected", { event: "offer", code: "PEER_AWAY", message: "", retryable: true, room: "r" });
    expect(passed.map((each) => (each as [string, { event: string }])[1].event)).toEqual([
      "exit",
      "iceServers",
      "rejected",
    ]);
  });

  it("moves to another node when its own one is drained, and nothing of it reaches the application", async () => {
    void lab.join();
    channel.receive("drain", { room: "r", withinMs: 7500 });
    await clock.advance(0);
    await lab.letIn();
    passed.length = 0;
    channel.calls.length = 0;
    channel.receive("drain", { room: "q", withinMs: 7500 });
    expect(channel.calls).toEqual([]);
    channel.receive("drain", { room: "r", withinMs: 7500 });
    expect(channel.calls).toEqual(["move"]);
    expect(passed).toEqual([]);
  });

  it("sends to its peers with its address, and nothing before or after it is a member", async () => {
    const send = (): void => lab.membership.relay("offer", { to: "them", sdp: "v=0" });
    send();
    await lab.joined();
    send();
    expect(channel.calls).toEqual(['send offer {"from":"me","room":"r","to":"them","sdp":"v=0"}']);
    await lab.membership.leave();
    send();
    expect(channel.calls.slice(1)).toEqual(["exit 2000", "close"]);
  });

  it("asks the server within ten seconds, or as long as it is asked to, and rejects with its rejection", async () => {
    channel.reply = { ok: true, iceServers: [] };
    expect(await lab.membership.call("iceServers", { room: "r" })).toEqual(channel.reply);
    channel.reply = { ok: false, code: "NOT_IN_ROOM", message: "no", retryable: false };
    await expect(lab.membership.call("leaving", { room: "r" }, 50)).rejects.toMatchObject({ code: "NOT_IN_ROOM" });
    expect(channel.requests).toEqual([
      ["iceServers", { room: "r" }, 10_000],
      ["leaving", { room: "r" }, 50],
    ]);
  });

  it("leaves once, and a full room does not end its return", async () => {
    await lab.joined();
    channel.listener?.disconnected();
    channel.listener?.connected();
    await clock.advance(0);
    channel.joins[1]?.answer({ ok: false, code: "ROOM_FULL", message: "full", retryable: true });
    await clock.advance(500);
    expect([lab.membership.state, channel.joins.length]).toEqual(["reconnecting", 3]);
    for (let time = 0; time < 2; time++) await lab.membership.leave();
    expect(channel.calls.filter((call) => call === "close")).toHaveLength(1);
  });

  it("leaves once, also during a join, which is then canceled", async () => {
    const joining = lab.join();
    await clock.advance(0);
    await lab.membership.leave();
    await lab.membership.leave();
    expect(await joining).toMatchObject({ code: "ABORTED" });
    expect(channel.calls.filter((call) => call === "close")).toHaveLength(1);
    await lab.letIn();
    channel.listener?.connected();
    await clock.advance(60_000);
    expect([lab.membership.state, channel.joins.length]).toEqual(["idle", 1]);
  });

  it("joins again after a lost connection, and sends no exit before that", async () => {
    await lab.joined();
    channel.connected = false;
    channel.listener?.disconnected();
    expect(passed).toEqual([["state", "reconnecting"], ["interrupted"]]);
    await lab.membership.leave();
    expect(channel.calls).toEqual(["close"]);
    expect(lab.membership.state).toBe("left");
  });

  it("is resumed on the next connection, by the same key", async () => {
    await lab.joined();
    channel.listener?.disconnected();
    channel.listener?.connected();
    await clock.advance(0);
    const keys = channel.joins.map(({ payload }) => (payload as { key: string }).key);
    expect(keys[1]).toBe(keys[0]);
    channel.joins[1]?.answer({ ...created, resumed: true });
    await clock.advance(0);
    expect(passed.slice(2)).toEqual([
      ["state", "joined"],
      ["entered", { ...entered, resumed: true }, false],
    ]);
    expect(lab.membership.state).toBe("joined");
  });

  it("that the server has forgotten or closed joins again after a wait", async () => {
    await lab.joined();
    const forgotten = { event: "offer", code: "NOT_IN_ROOM", message: "", retryable: false, room: "r" };
    channel.receive("rejected", forgotten);
    expect(passed).toEqual([["state", "reconnecting"], ["interrupted"]]);
    await clock.advance(500);
    expect(channel.joins).toHaveLength(2);
    await lab.letIn();
    channel.receive("exit", { room: "r", from: "me", reason: "closed" });
    expect(lab.membership.state).toBe("reconnecting");
    await clock.advance(500);
    expect(channel.joins).toHaveLength(3);
  });

  it("that the server has removed is over, with the reason, and sends no exit", async () => {
    await lab.joined();
    channel.receive("exit", { room: "r", from: "me", reason: "kicked" });
    expect(passed).toEqual([
      ["state", "left"],
      ["ended", expect.objectContaining({ code: "KICKED" })],
    ]);
    expect(channel.calls).toEqual(["close"]);
    await clock.advance(60_000);
    expect(channel.joins).toHaveLength(1);
  });

  it("that the server has removed while a join is unanswered sends an exit: that join may be admitted", async () => {
    void lab.join();
    await clock.advance(0);
    // The answer to the join that traveled with the request to connect.
    channel.receive("created", { ...created, room: "r", peers: [] });
    expect(lab.membership.state).toBe("joined");
    channel.receive("exit", { room: "r", from: "me", reason: "kicked" });
    expect(channel.calls).toContain("exit 2000");
    expect(lab.membership.state).toBe("left");
    channel.joins[0]?.answer(created);
    await clock.advance(60_000);
    expect(lab.membership.state).toBe("left");
  });

  it("renews a membership after three quarters of its time; only the same one is renewed", async () => {
    void lab.join();
    await clock.advance(0);
    channel.joins[0]?.answer({ ...created, expiresIn: 100 });
    await clock.advance(74_999);
    expect(channel.joins).toHaveLength(1);
    await clock.advance(1);
    expect(channel.joins).toHaveLength(2);
    passed.length = 0;
    for (const [index, answer] of [
      { ...created, resumed: true, expiresIn: 100 },
      { ...created, expiresIn: 100 },
      { ...created, resumed: true, id: "another" },
    ].entries()) {
      channel.joins[index + 1]?.answer(answer);
      await clock.advance(75_000);
    }
    const renewed = passed.map((each) => (each as [string, object, boolean])[2]);
    expect(renewed).toEqual([true, false, false]);
    expect(clock.pending).toBe(0);
  });

  it("that waits for a decision on its renewal is not a guest", async () => {
    void lab.join();
    await clock.advance(0);
    channel.joins[0]?.answer({ ...created, expiresIn: 100 });
    await clock.advance(75_000);
    channel.receive("waiting", { room: "r" });
    expect(passed).not.toContainEqual(["waiting"]);
  });

  it("whose renewal is rejected for good is over, and sends an exit", async () => {
    void lab.join();
    await clock.advance(0);
    channel.joins[0]?.answer({ ...created, expiresIn: 100 });
    await clock.advance(75_000);
    channel.joins[1]?.answer({ ok: false, code: "UNAUTHORIZED", message: "no", retryable: false });
    await clock.advance(0);
    expect(passed.at(-1)).toEqual(["ended", expect.objectContaining({ code: "UNAUTHORIZED" })]);
    expect(channel.calls.slice(-2)).toEqual(["exit 2000", "close"]);
  });
});

describe("the page of a member", () => {
  it("that resumes wakes the channel: a network that changed or a sleep may have ended it", async () => {
    await lab.joined();
    for (const [networkChanged, slept] of [
      [false, false],
      [true, false],
      [false, true],
    ] as const)
      lab.membership.pageResumed({ networkChanged, slept });
    expect(channel.calls).toEqual(["wake false", "wake true", "wake true"]);
    expect(passed).toEqual([
      ["page resumed", false],
      ["page resumed", true],
      ["page resumed", false],
    ]);
  });

  it("that may be left notifies the server while we are a member", async () => {
    lab.membership.pageLeaving();
    expect(channel.calls).toEqual([]);
    await lab.joined();
    lab.membership.pageLeaving();
    expect(channel.calls).toEqual(['send leaving {"room":"r"}']);
  });

  it("that is left exits, and joins again when it returns", async () => {
    await lab.joined();
    lab.membership.pageLeft();
    expect(channel.calls).toEqual(['send exit {"room":"r"}']);
    expect(passed).toEqual([["state", "reconnecting"], ["interrupted"], ["page hidden"]]);
    channel.listener?.connected();
    lab.membership.pageResumed({ networkChanged: true, slept: true });
    await clock.advance(60_000);
    expect([channel.joins.length, channel.calls.length]).toEqual([1, 1]);
    lab.membership.pageReturned();
    await clock.advance(0);
    expect([channel.joins.length, channel.calls.slice(1)]).toEqual([2, ["wake true", "join 3600000"]]);
    expect(passed.at(-1)).toEqual(["page resumed", true]);
  });

  it("that returns without a connection waits for it, and one that is left then sends no exit", async () => {
    await lab.joined();
    channel.connected = false;
    channel.listener?.disconnected();
    lab.membership.pageLeft();
    lab.membership.pageReturned();
    await clock.advance(0);
    expect([channel.joins.length, channel.calls]).toEqual([1, ["wake true"]]);
  });
});
