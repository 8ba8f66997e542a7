import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RecordedSocket } from "../../test/signaling/recorded-socket.js";
import { defaultRecovery } from "../negotiation/recovery-defaults.js";
import { FakeClock } from "../testing/fake-clock.js";
import { SocketIoChannel } from "./socket-io-channel.js";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const created = { room: "r", id: "me", peers: [] };
const exit = { room: "r", from: "them" };

let clock: FakeClock;
let socket: RecordedSocket;
let passed: unknown[];
const warn = vi.fn();
const never = (): void => undefined;
const listener = {
  joinOnConnect: () => undefined,
  connected: () => void passed.push("connected"),
  disconnected: () => void passed.push("disconnected"),
  message: (message: unknown) => void passed.push(message),
};

function newChannel(eventPrefix = ""): SocketIoChannel {
  const logger = { debug: never, info: never, warn, error: never };
  return new SocketIoChannel(socket, { clock, eventPrefix, logger, recovery: defaultRecovery });
}

/** A channel for the room "r", on a connected socket. */
function open(eventPrefix?: string): SocketIoChannel {
  Object.assign(socket, { connected: true, active: true });
  const channel = newChannel(eventPrefix);
  channel.reserve("r");
  channel.open(listener);
  return channel;
}

/** Waits have their greatest length: 500 ms, then 1000, … */
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  clock = new FakeClock();
  socket = new RecordedSocket();
  passed = [];
  warn.mockClear();
});
afterEach(() => vi.restoreAllMocks());

describe("a room over one socket", () => {
  it("belongs to one channel, until that closes", () => {
    const first = open();
    expect(() => newChannel().reserve("r")).toThrow(
      expect.objectContaining({
        code: "INVALID_STATE",
        message: "Another PeerManager is in this room over this socket: give each its own.",
      }),
    );
    expect(() => newChannel().reserve("q")).not.toThrow();
    first.close();
    expect(() => newChannel().reserve("r")).not.toThrow();
  });
});

describe("the events of a socket", () => {
  it("reach the listener until the channel closes, and their reasons are kept", () => {
    const channel = open();
    socket.connected = false;
    socket.fire("disconnect", "transport close");
    socket.fire("connect_error", new Error("xhr poll error"));
    expect([channel.connected, channel.problem?.message]).toEqual([false, "xhr poll error"]);
    socket.fire("connect_error", "blocked");
    expect(channel.problem).toEqual(new Error("blocked"));
    socket.connected = true;
    socket.fire("connect");
    expect([channel.connected, channel.problem]).toEqual([true, undefined]);
    expect(passed).toEqual(["disconnected", "connected"]);
    channel.close();
    expect(socket.listened).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("are read one by one where they were gathered; nothing else is taken from such an event", () => {
    open();
    const gathered = (...notices: unknown[]) => socket.fire("notices", { notices });
    const [first, second] = [exit, { ...exit, from: "others" }].map((payload) => ({ event: "exit", payload }));
    gathered(first, { event: "wave", payload: {} }, { event: "constructor", payload: {} }, second);
    gathered({ event: "notices", payload: { notices: [first] } });
    expect(passed).toEqual([first, second]);
    socket.fire("notices", { notices: [first, null] });
    socket.fire("notices", null);
    expect([passed.length, warn.mock.calls]).toEqual([2, []]);
    gathered({ event: "exit", payload: { room: "r" } }, second);
    expect(passed).toEqual([first, second, second]);
    expect(warn).toHaveBeenCalledWith("Dropped an invalid message of the server", { event: "exit" });
  });

  it("connect the socket where nothing does, and reconnect it", async () => {
    const channel = newChannel();
    channel.open(listener);
    expect(socket.calls).toEqual(["connect"]);
    Object.assign(socket, { connected: true, active: true });
    socket.fire("connect");
    expect(clock.pending).toBe(0);
    socket.connected = false;
    socket.fire("disconnect", "transport close");
    await clock.advance(1000);
    expect(socket.calls).toEqual(["connect", "connect"]);
    socket.fire("connect_error", new Error("x"));
    await clock.advance(2000);
    expect(socket.calls).toEqual(["connect", "connect", "connect"]);
  });

  it("are messages if they are valid; an invalid one of the room is logged, one of the application is not", () => {
    open();
    socket.fire("exit", exit);
    socket.fire("exit", { room: "r" });
    socket.fire("message", { room: "q" });
    for (const raw of [undefined, null, "text"]) socket.fire("message", raw);
    socket.fire("message", {
      get room() {
        throw new Error("a value of another parser");
      },
    });
    expect(passed).toEqual([{ event: "exit", payload: exit }]);
    expect(warn.mock.calls).toEqual([["Dropped an invalid message of the server", { event: "exit" }]]);
  });

  it("have the prefix", () => {
    const channel = open("sig:");
    socket.fire("exit", exit);
    socket.fire("sig:exit", exit);
    expect(passed).toEqual([{ event: "exit", payload: exit }]);
    channel.send("leaving", { room: "r" });
    void channel.request("leaving", { room: "r" }, 10);
    expect(socket.sent.map(({ event }) => event)).toEqual(["sig:leaving", "sig:leaving"]);
  });
});

describe("what a channel sends", () => {
  it("is not kept for a later connection", async () => {
    const channel = open();
    channel.send("leaving", { room: "r" });
    expect(socket.sent).toEqual([{ event: "leaving", payload: { room: "r" } }]);
    socket.connected = false;
    channel.send("leaving", { room: "r" });
    const error = await channel.request("iceServers", { room: "r" }, 100).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "TIMEOUT",
      message: "The signaling server is not connected.",
      retryable: true,
    });
    expect(socket.sent).toHaveLength(1);
  });

  it("is answered by the reply, or by an error if that is not in time", async () => {
    const channel = open();
    const answered = channel.request("iceServers", { room: "r" }, 100);
    expect(socket.sent).toMatchObject([{ event: "iceServers", payload: { room: "r" }, timeoutMs: 100 }]);
    socket.reply({ ok: false, code: "CLOSING" });
    expect(await answered).toEqual({ ok: false, code: "CLOSING" });
    const late = channel.request("iceServers", { room: "r" }, 100);
    socket.sent.at(-1)?.ack?.(new Error("operation has timed out"));
    await expect(late).rejects.toMatchObject({
      code: "TIMEOUT",
      message: 'The signaling server did not answer "iceServers" within 100 ms.',
    });
  });

  it.each([[undefined], [null], ["yes"], [{}], [{ ok: 1 }]])(
    "and a handler of the application answers with %j has no answer of the service",
    async (answer) => {
      const channel = open();
      const answered = channel.request("exit", { room: "r" }, 100);
      socket.reply(answer);
      expect(await answered).toEqual({ ok: true });
    },
  );
});

describe("a channel that moves to another node", () => {
  it("closes its connection and connects at once, also where others use the same one", async () => {
    const [channel, other] = [open(), newChannel()];
    other.reserve("q");
    other.open(listener);
    socket.calls.length = 0;
    channel.move();
    other.move();
    expect(socket.calls).toEqual(["close engine", "close engine"]);
    Object.assign(socket, { connected: false });
    socket.fire("disconnect", "forced close");
    await clock.advance(0);
    expect(socket.calls.slice(2)).toEqual(["disconnect", "connect"]);
  });
});

describe("a join", () => {
  const join = (channel: SocketIoChannel): Promise<unknown> =>
    channel.join({ room: "r", key: "k".repeat(22) }, 500).catch((reason: unknown) => reason);

  it("waits for the answer to the exit of the same room, over the same socket", async () => {
    const [channel, other] = [open(), newChannel()];
    other.reserve("q");
    const order: string[] = [];
    const exited = channel.exit(200).then(() => order.push("exited"));
    expect(socket.sent).toMatchObject([{ event: "exit", payload: { room: "r" }, timeoutMs: 200 }]);
    channel.close();
    const again = newChannel();
    again.reserve("r");
    const left = again.left().then(() => order.push("left"));
    await other.left();
    expect(order).toEqual([]);
    socket.sent[0]?.ack?.(new Error("operation has timed out"));
    await Promise.all([exited, left]);
    expect([...order].sort()).toEqual(["exited", "left"]);
  });

  it("is answered by its reply, and by no `created` then", async () => {
    const channel = open();
    const answered = join(channel);
    expect(socket.sent).toMatchObject([{ event: "createAndJoinRoom", timeoutMs: 500 }]);
    socket.reply({ ok: true, ...created });
    expect(await answered).toEqual({ ok: true, ...created });
    expect(channel.takeAnswer()).toBe(false);
  });

  it("takes one `created` as its answer, in the order of the joins of the room", () => {
    const [first, second] = [open(), newChannel()];
    void join(first);
    first.close();
    second.reserve("r");
    void join(second);
    expect([second.takeAnswer(), second.takeAnswer(), second.takeAnswer()]).toEqual([false, true, false]);
  });

  it("is not answered over another connection, and not if it was not sent", async () => {
    const channel = open();
    void join(channel);
    socket.fire("disconnect", "transport close");
    expect(channel.takeAnswer()).toBe(false);
    socket.connected = false;
    expect(await join(channel)).toMatchObject({ code: "TIMEOUT" });
    expect(channel.takeAnswer()).toBe(false);
  });
});

describe("to wake a channel", () => {
  /** A channel whose server is known to answer. */
  async function openAnswered(): Promise<SocketIoChannel> {
    const channel = open();
    const answered = channel.request("leaving", { room: "r" }, 10);
    socket.reply({ ok: true });
    await answered;
    return channel;
  }

  it("connects a socket that is not connected", () => {
    const channel = open();
    socket.connected = false;
    channel.wake(false);
    expect(socket.calls).toEqual(["disconnect", "connect"]);
    expect(socket.sent).toEqual([]);
  });

  it("asks a server that answers for ICE servers, once at a time, if the connection may be dead", async () => {
    const channel = await openAnswered();
    socket.sent.length = 0;
    channel.wake(false);
    expect(socket.sent).toEqual([]);
    for (let time = 0; time < 2; time++) channel.wake(true);
    expect(socket.sent).toMatchObject([{ event: "iceServers", payload: { room: "r" }, timeoutMs: 3000 }]);
    socket.reply({ ok: true, iceServers: [] });
    await settled();
    expect(passed).toEqual([{ event: "iceServers", payload: { iceServers: [] } }]);
    channel.wake(true);
    expect(socket.sent).toHaveLength(2);
    socket.reply({ ok: true });
    await settled();
    expect([passed.length, socket.calls]).toEqual([1, []]);
  });

  it("asks a server that has let us in and has features, before it has answered by an ack", () => {
    const channel = open();
    socket.fire("created", created);
    channel.wake(true);
    expect(socket.sent).toEqual([]);
    socket.fire("created", { ...created, features: ["waiting"] });
    channel.wake(true);
    expect(socket.sent).toMatchObject([{ event: "iceServers" }]);
  });

  it("closes a connection without an answer, which is dead", async () => {
    const channel = await openAnswered();
    channel.wake(true);
    socket.sent.at(-1)?.ack?.(new Error("operation has timed out"));
    await settled();
    expect(socket.calls).toEqual(["close engine"]);
  });

  it("keeps a connection over which something else arrived, and one that was lost or closed meanwhile", async () => {
    const channel = await openAnswered();
    const probe = async (meanwhile: () => void): Promise<void> => {
      channel.wake(true);
      const { ack } = socket.sent.at(-1)!;
      meanwhile();
      ack?.(new Error("operation has timed out"));
      await settled();
    };
    await probe(() => socket.fire("exit", exit));
    await probe(() => (socket.connected = false));
    socket.connected = true;
    await probe(() => channel.close());
    expect(socket.calls).toEqual([]);
  });

  it("drops the answer if the channel was closed meanwhile", async () => {
    const channel = await openAnswered();
    channel.wake(true);
    channel.close();
    socket.reply({ ok: true, iceServers: [] });
    await settled();
    expect(passed).toEqual([]);
  });

  it("asks nothing of a server that never answered", async () => {
    const channel = open();
    const answered = channel.request("leaving", { room: "r" }, 10);
    socket.reply(undefined);
    await answered;
    channel.wake(true);
    expect(socket.sent).toHaveLength(1);
  });
});
