import { type Rejection } from "@sig/protocol";
import { attachSignaling, MemoryRoster, type Roster, type SignalingOptions } from "@sig/server";
import type { Socket as IoSocket } from "socket.io";
import { describe, expect, it, onTestFinished } from "vitest";
import { barrier, newKey } from "./client.js";
import { connectTo, startIo, until } from "./harness.js";

const pattern = /^\/tenant-\d+$/;

async function startTenants(options: SignalingOptions<IoSocket> = {}) {
  const { io, url } = await startIo({ cleanupEmptyChildNamespaces: true });
  const parent = io.of(pattern);
  const signaling = attachSignaling(parent, options);
  onTestFinished(() => signaling.close());
  const connect = (namespace: string) => connectTo(url, "websocket", { namespace });
  return { io, url, parent, signaling, connect };
}

describe("U05: a parent namespace", () => {
  it("is served child by child: the same room name in two of them is two rooms", async () => {
    const { signaling, connect } = await startTenants();
    const [a, b, other] = [await connect("/tenant-1"), await connect("/tenant-1"), await connect("/tenant-2")];
    const key = newKey();
    const { id } = await a.join("r", { key });
    expect((await other.join("r", { key: newKey() })).peers).toEqual([]);
    expect((await b.join("r", { key: newKey() })).peers).toMatchObject([{ id }]);
    expect(await other.call("offer", { room: "r", to: id, sdp: "v=0" })).toMatchObject({ code: "PEER_NOT_FOUND" });
    expect(await b.call("offer", { room: "r", to: id, sdp: "v=0" })).toEqual({ ok: true });
    expect((await signaling.of("/tenant-1").peers("r")).map((peer) => peer.id)).toContain(id);
    expect(await signaling.of("/tenant-2").rooms()).toEqual([{ name: "r", peers: 1 }]);
    expect(await signaling.of("/tenant-2").kick("r", id)).toBe(false);
    await barrier(other, a);
    expect(a.received("joined", "offer").map(([event]) => event)).toEqual(["joined", "offer"]);
  });

  it("U06: gives one budget to a connection, however many children it is in", async () => {
    const { connect } = await startTenants({ rateLimit: { perSecond: 0.001 } });
    const { socket } = await connect("/tenant-1");
    const codes: string[] = [];
    for (let child = 1; child <= 4; child += 1) {
      const tenant = socket.io.socket(`/tenant-${String(child)}`).connect();
      const calls = Array.from({ length: 100 }, () => tenant.emitWithAck("exit", { room: "r" }) as Promise<Rejection>);
      for (const { code } of await Promise.all(calls)) codes.push(code);
    }
    expect(codes.indexOf("RATE_LIMITED")).toBe(300);
  });

  it("has the events of all children, those that come later included", async () => {
    const { signaling, connect } = await startTenants();
    const rooms: string[] = [];
    await (await connect("/tenant-1")).join("one", { key: newKey() });
    const remove = signaling.on("peerJoined", ({ room }) => rooms.push(room));
    await (await connect("/tenant-1")).join("one", { key: newKey() });
    const late = await connect("/tenant-2");
    await late.join("two", { key: newKey() });
    expect(rooms).toEqual(["one", "two"]);
    remove();
    await late.join("three", { key: newKey() });
    expect(rooms).toEqual(["one", "two"]);
  });

  it("refuses what names a room, since it would not say in which child", async () => {
    const { signaling } = await startTenants();
    for (const call of [
      () => signaling.rooms(),
      () => signaling.peers("r"),
      () => signaling.kick("r", "x"),
      () => signaling.send("r", "x", 1),
    ])
      expect(call).toThrow(/parent namespace. Call of\(NAMESPACE\)/);
  });

  it("throws for an invalid listener at once, though there is no child yet", async () => {
    const { signaling } = await startTenants();
    expect(() => signaling.on("typo" as never, () => undefined)).toThrow(TypeError);
    expect(() => signaling.on("peerJoined", 7 as never)).toThrow(TypeError);
  });

  it("keeps a membership while its child is removed for being empty, and made again", async () => {
    const { io, signaling, connect } = await startTenants();
    const key = newKey();
    const first = await connect("/tenant-1");
    const { id } = await first.join("r", { key });
    first.close();
    const child = io.of("/tenant-1");
    await until("the child is empty", () => child.sockets.size === 0);
    expect(await signaling.of("/tenant-1").peers("r")).toMatchObject([{ id, state: "away" }]);
    const second = await connect("/tenant-1");
    expect(await second.join("r", { key })).toMatchObject({ id, resumed: true });
  });

  it("takes a function that makes a roster for each child, and no roster for all", async () => {
    const rosters = new Map<string, Roster>();
    const { io, connect } = await startTenants({
      roster: (namespace) => {
        const roster = new MemoryRoster();
        rosters.set(namespace, roster);
        return roster;
      },
    });
    await (await connect("/tenant-7")).join("r", { key: newKey() });
    expect(await rosters.get("/tenant-7")?.rooms()).toEqual([{ name: "r", peers: 1 }]);
    expect(() => attachSignaling(io.of(/^\/x-/), { roster: new MemoryRoster() })).toThrow(/roster must be a function/);
    expect(() => attachSignaling(io.of("/plain")).of("/x")).toThrow(/not a parent namespace/);
  });

  it("is left as it was by `close`: no listener stays on it or on a child, and nobody is served any more", async () => {
    const { io, parent, signaling, connect } = await startTenants();
    const client = await connect("/tenant-1");
    const { id } = await client.join("r", { key: newKey() });
    await signaling.close();
    expect(await client.next("exit")).toEqual({ from: id, room: "r", reason: "closed" });
    expect([parent.listenerCount("connection"), io.of("/tenant-1").listenerCount("connection")]).toEqual([0, 0]);
    const [socket] = io.of("/tenant-1").sockets.values();
    expect(socket?.eventNames(), "Socket.IO's own").toEqual(["error"]);
    expect(() => signaling.of("/tenant-9")).toThrow(/closed/);
    const again = attachSignaling(parent);
    onTestFinished(() => again.close());
    await signaling.close();
    expect(() => attachSignaling(parent), "a second close takes nothing from the next service").toThrow(/already/);
    expect(await (await connect("/tenant-3")).join("r", { key: newKey() })).toMatchObject({ peers: [] });
  });
});
