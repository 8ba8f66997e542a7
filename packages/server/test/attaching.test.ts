import { attachSignaling, type SignalingOptions } from "@sig/server";
import type { Socket as IoSocket } from "socket.io";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { runToEnd } from "./child-server.js";
import { newKey } from "./client.js";
import { FakeClock } from "./fake-clock.js";
import { connectTo, deferred, startIo, startServer, until } from "./harness.js";

describe("attaching to a live server", () => {
  it("serves sockets that are connected already, and leaves the application unchanged after close", async () => {
    const { io, url } = await startIo();
    const chat = vi.fn();
    io.on("connection", (socket) => {
      void socket.join("r");
      socket.on("chat", (text: string) => {
        chat(text);
        io.to("r").emit("chat", text);
      });
      socket.on("message", () => undefined);
    });
    const [early, other] = [await connectTo(url), await connectTo(url)];
    const [socket] = io.sockets.sockets.values();
    const counts = () => ({
      namespace: io.sockets.eventNames().map((name) => [name, io.sockets.listenerCount(name as "connection")]),
      socket: socket!.eventNames().map((name) => [name, socket!.listenerCount(name)]),
      rooms: [...io.sockets.adapter.rooms.keys()].sort(),
    });
    const before = counts();

    const signaling = attachSignaling(io);
    await early.join("r", { key: newKey() });
    const late = await connectTo(url);
    expect((await late.join("r")).peers).toHaveLength(1);
    expect([...io.sockets.adapter.rooms.keys()].sort(), "no Socket.IO room is made").toEqual(
      [...before.rooms, late.socketId].sort(),
    );
    early.emit("chat", "hello");
    await until("the chat of the application goes on", () => other.log.some(({ event }) => event === "chat"));
    late.close();
    await until(
      "the application has removed the socket",
      () => !io.sockets.sockets.has(late.socketId) && io.sockets.sockets.size === 2,
    );

    await signaling.close();
    expect(counts()).toEqual(before);
    early.emit("chat", "again");
    await until("the chat of the application goes on after close", () => chat.mock.calls.length === 2);
    expect(early.socket.connected).toBe(true);
  });

  it("a namespace cannot be served twice at once, but again after close", async () => {
    const { io, url } = await startIo();
    const first = attachSignaling(io);
    expect(() => attachSignaling(io.of("/"))).toThrow(/attached to this namespace already/);
    const client = await connectTo(url);
    await client.join("r", { key: newKey() });
    await first.close();
    const second = attachSignaling(io.of("/"));
    onTestFinished(() => second.close());
    expect(await client.call("createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({ ok: true, peers: [] });
  });

  it("U12: not by another copy of this package either, as ESM and CommonJS are", async () => {
    const { io } = await startIo();
    const signaling = attachSignaling(io);
    vi.resetModules();
    const copy = (await import("@sig/server")).attachSignaling;
    expect(copy).not.toBe(attachSignaling);
    expect(() => copy(io)).toThrow(/attached to this namespace already/);
    await signaling.close();
    await copy(io).close();
  });

  it("names what it needs where it is called with something else", () => {
    for (const invalid of [undefined, null, 7, {}, () => undefined])
      expect(() => attachSignaling(invalid as never)).toThrow(TypeError);
    expect(() => attachSignaling({} as never)).toThrow(/needs a Socket.IO server/);
  });

  it("accepts a server that is not an instance of this copy's class, by its members", async () => {
    const { io, url } = await startIo();
    const namespace = io.of("/");
    const copy = { of: (name: string) => (name === "/" ? namespace : io.of(name)) };
    const signaling = attachSignaling(copy);
    onTestFinished(() => signaling.close());
    expect(await (await connectTo(url)).join("r")).toMatchObject({ room: "r" });
  });
});

describe("the application's process", () => {
  it("F62: ends by itself once the application closes its server: no timer keeps it running", async () => {
    expect(await runToEnd("short-lived.ts")).toEqual({ code: 0, message: { rooms: [{ name: "r", peers: 2 }] } });
  });
});

describe("invalid options", () => {
  const invalid: [string, unknown][] = [
    ["graceMs", -1],
    ["graceMs", 1.5],
    ["graceMs", "30"],
    ["graceMs", 2 ** 31],
    ["maxPeersPerRoom", 0],
    ["evictAway", "yes"],
    ["maxRoomsPerSocket", Number.NaN],
    ["authorizeTimeoutMs", 0],
    ["authorize", true],
    ["metadata", {}],
    ["messages", { chat: {} }],
    ["messages", []],
    ["iceServers", "stun:x"],
    ["iceServers", [{ url: 7 }]],
    ["limits", { sdp: 0 }],
    ["limits", { sdpp: 1 }],
    ["limits", 7],
    ["rateLimit", true],
    ["rateLimit", { perSecond: -1 }],
    ["rateLimit", { burts: 1 }],
    ["roster", {}],
    ["clock", { now: () => 0 }],
    ["logger", { info: () => undefined }],
    ["authorise", () => false],
  ];
  it.each(invalid)("%s: %j throws a TypeError that names it, and attaches nothing", async (name, value) => {
    const { io } = await startIo();
    const attach = () => attachSignaling(io, { [name]: value } as SignalingOptions<IoSocket>);
    expect(attach).toThrow(TypeError);
    expect(attach).toThrow(name);
    expect(io.sockets.listenerCount("connection")).toBe(0);
  });
});

describe("close", () => {
  it("F62: notifies every member, rejects joins that wait, and returns the same promise again", async () => {
    const gate = deferred<boolean>();
    let asked = 0;
    const { connect, signaling, io } = await startServer({
      authorize: ({ room }) => {
        if (room !== "waits") return true;
        asked += 1;
        return gate.promise;
      },
    });
    const left: unknown[] = [];
    signaling.on("peerLeft", (detail) => {
      left.push(detail.reason);
      void signaling.close();
    });
    const [keyed, legacy, waiting] = [await connect(), await connect(), await connect()];
    const { id } = await keyed.join("r", { key: newKey() });
    await legacy.join("r");
    const joining = waiting.call("createAndJoinRoom", { room: "waits", key: newKey() });
    await until("authorize is called", () => asked === 1);
    const first = signaling.close();
    expect(signaling.close()).toBe(first);
    await first;
    expect(await keyed.next("exit")).toEqual({ from: id, room: "r", reason: "closed" });
    expect(await legacy.next("exit")).toEqual({ from: legacy.socketId, room: "r" });
    expect(await joining).toMatchObject({ ok: false, code: "CLOSING", retryable: true });
    expect(left).toEqual(["closed", "closed"]);
    gate.resolve(true);
    expect(await signaling.rooms()).toEqual([]);
    expect(io.sockets.sockets.size).toBe(3);
    expect([keyed.received("exit").length, waiting.received("created").length]).toEqual([1, 0]);
  });

  it("ends the grace time of members that are away: no timer is left and no event follows", async () => {
    const clock = new FakeClock();
    const { connect, signaling } = await startServer({ graceMs: 60_000, clock });
    const events: string[] = [];
    signaling.on("peerLeft", ({ reason }) => events.push(reason));
    const [a, b] = [await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    a.close();
    await b.next("presence");
    // The grace time, and the sweep of connections without a `disconnect`.
    expect(clock.pending).toBe(2);
    await signaling.close();
    expect(clock.pending).toBe(0);
    clock.advance(60_000);
    expect(events).toEqual(["closed", "closed"]);
  });
});
