import { attachSignaling } from "@sig/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { newKey } from "./client.js";
import { connectTo, startIo, startServer, until } from "./harness.js";
import { startMemoryService } from "./memory-service.js";
import { twoMembers } from "./two-members.js";

describe("U10: the application disconnects a member", () => {
  it("with `socket.disconnect()`: it leaves at once, without a grace time", async () => {
    const server = await startServer();
    const { first, second, ids } = await twoMembers(server, "websocket");
    server.io.sockets.sockets.get(second.socketId)?.disconnect(true);
    expect(await first.next("exit")).toEqual({ from: ids[1], room: "r", reason: "left" });
    expect(first.received("presence")).toEqual([]);
  });

  it("with `io.disconnectSockets()`: all leave, whether they had a key or not", async () => {
    const server = await startServer();
    await twoMembers(server, "websocket", [true, false]);
    const reasons: string[] = [];
    server.signaling.on("peerLeft", ({ reason }) => reasons.push(reason));
    server.io.disconnectSockets();
    await until("both have left", () => reasons.length === 2);
    expect(reasons).toEqual(["left", "left"]);
    expect(await server.signaling.rooms()).toEqual([]);
  });

  it("unless the client itself disconnects, to connect with a new login: it is away", async () => {
    const server = await startServer();
    const { first, second, ids } = await twoMembers(server, "websocket");
    second.socket.disconnect();
    expect(await first.next("presence")).toEqual({ id: ids[1], room: "r", state: "away" });
  });
});

describe("U11: a `disconnect` that never reaches the service", () => {
  it("is noticed within ten seconds: the member is away, then lost", () => {
    const { signaling, clock, connect } = startMemoryService({ graceMs: 30_000 });
    const socket = connect();
    const left: string[] = [];
    const away: string[] = [];
    signaling.on("peerAway", ({ peer }) => away.push(peer.id));
    signaling.on("peerLeft", ({ reason }) => left.push(reason));
    socket.send("createAndJoinRoom", { room: "r", key: newKey() });
    socket.removeAllListeners();
    socket.disconnect();
    expect(away).toEqual([]);
    clock.advance(10_000);
    expect(away).toHaveLength(1);
    clock.advance(30_000);
    expect(left).toEqual(["lost"]);
  });

  it("takes nothing from a connected member, and is not looked for after `close`", async () => {
    const { signaling, clock, connect } = startMemoryService();
    const socket = connect();
    socket.send("createAndJoinRoom", { room: "r", key: newKey() });
    clock.advance(60_000);
    expect(await signaling.peers("r")).toMatchObject([{ state: "online" }]);
    await signaling.close();
    expect(clock.pending).toBe(0);
  });
});

describe("an application that removes the listeners of a connected socket", () => {
  it("removes those of the service for ten seconds at most", async () => {
    const { signaling, clock, connect } = startMemoryService();
    const [socket, other] = [connect(), connect()];
    for (const each of [socket, other]) await each.join("r");
    const [id, otherId] = (await signaling.peers("r")).map((peer) => peer.id);
    other.removeAllListeners();
    clock.advance(10_000);
    other.send("offer", { to: id, room: "r", sdp: "v=0" });
    expect(socket.received("offer")).toMatchObject([{ from: otherId }]);
    const away: string[] = [];
    signaling.on("peerAway", ({ peer }) => away.push(peer.id));
    other.disconnect();
    expect(away).toEqual([otherId]);
  });

  it("does not double those that are still there", async () => {
    const { clock, connect } = startMemoryService();
    const [socket, other] = [connect(), connect()];
    for (const each of [socket, other]) await each.join("r");
    clock.advance(60_000);
    socket.send("message", { room: "r", type: "chat", data: 1 });
    expect(other.received("message")).toHaveLength(1);
  });
});

describe("an application that wraps the listeners of its sockets, as `once` does, and loses their `this`", () => {
  it("is served as any other", async () => {
    const { io, url } = await startIo();
    io.on("connection", (socket) => {
      const on = socket.on.bind(socket);
      const wrappingOn = (event: string, listener: (...args: unknown[]) => void) =>
        on(
          event,
          Object.assign((...args: unknown[]) => listener(...args), { listener }),
        );
      Object.assign(socket, { on: wrappingOn });
    });
    const signaling = attachSignaling(io);
    onTestFinished(() => signaling.close());
    const [first, second] = [await connectTo(url), await connectTo(url)];
    const { id } = await first.join("r", { key: newKey() });
    const { id: from } = await second.join("r", { key: newKey() });
    expect(await second.call("offer", { room: "r", to: id, sdp: "v=0" })).toEqual({ ok: true });
    expect(await first.next("offer")).toEqual({ room: "r", from, to: id, sdp: "v=0" });
    expect(first.received("offer")).toHaveLength(1);
    second.close();
    expect(await first.next("presence")).toEqual({ id: from, room: "r", state: "away" });
    const socket = io.sockets.sockets.get(first.socketId);
    await signaling.close();
    expect(socket?.eventNames()).not.toContain("offer");
  });
});

describe("U16: a flood on one namespace", () => {
  it("ends that namespace alone; the member is away, since the application has decided nothing", async () => {
    const rateLimit = { perSecond: 1, burst: 20, burstPerPeer: 0, maxRejections: 5 };
    const server = await startServer({ rateLimit });
    const { first, second, ids } = await twoMembers(server, "websocket");
    const chat: unknown[] = [];
    server.io.of("/app").on("connection", (socket) => socket.on("chat", (text) => chat.push(text)));
    const app = second.socket.io.socket("/app");
    onTestFinished(() => void app.disconnect());
    app.connect();
    await until("the application's namespace is connected", () => app.connected);
    // No more than it takes: Socket.IO itself closes a connection that sends to a namespace after its end.
    const flood = rateLimit.burst - 1 + rateLimit.maxRejections;
    for (let count = 0; count < flood; count += 1) second.emit("candidate", { to: "nobody", room: "r" });
    await second.disconnected();
    expect(await first.next("presence")).toEqual({ id: ids[1], room: "r", state: "away" });
    app.emit("chat", "still here");
    await until("the application's own event arrives", () => chat.length === 1);
    expect(app.connected).toBe(true);
    const again = await connectTo(server.url);
    expect(await again.join("r", { key: newKey() })).toMatchObject({ room: "r" });
  });
});
