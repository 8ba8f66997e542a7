import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock, MemorySignaling, type MemorySocket } from "../../src/testing/index.js";

const key = (name: string): string => `${name}-${"k".repeat(24)}`;

let clock: FakeClock;
let signaling: MemorySignaling;

/** A socket, and everything it hears. */
function client(): {
  socket: MemorySocket;
  heard: [string, Record<string, unknown>][];
  say: (event: string, payload: object) => Promise<unknown>;
  names: () => string[];
} {
  const socket = signaling.socket();
  const heard: [string, Record<string, unknown>][] = [];
  for (const event of [
    "created",
    "joined",
    "offer",
    "answer",
    "candidate",
    "exit",
    "presence",
    "metadata",
    "message",
    "iceServers",
    "rejected",
    "connect",
    "disconnect",
    "connect_error",
  ]) {
    socket.on(event, (payload: Record<string, unknown>) => heard.push([event, payload]));
  }
  const say = (event: string, payload: object): Promise<unknown> =>
    clock.settle(
      new Promise((resolve) => socket.timeout(5000).emit(event, payload, (error, reply) => resolve(error ?? reply))),
    );
  return { socket, heard, say, names: () => heard.map(([event]) => event) };
}

async function two() {
  const [ada, bob] = [client(), client()];
  const join = async (one: typeof ada, name: string): Promise<string> =>
    ((await one.say("createAndJoinRoom", { room: "r", key: key(name), metadata: { name } })) as { id: string }).id;
  const ids = [await join(ada, "ada"), await join(bob, "bob")] as const;
  await clock.runOut();
  return { ada, bob, ids, join };
}

beforeEach(() => {
  clock = new FakeClock();
  signaling = new MemorySignaling({
    clock,
    graceMs: 10_000,
    iceServers: [{ urls: "stun:s.example.org" }],
    iceServersTtl: 60,
  });
});

describe("the signaling server in memory", () => {
  it("lets peers in, with ids that their keys make, and tells the others", async () => {
    const { ada, bob, ids } = await two();
    expect(ids[0]).toMatch(/^[\w-]{22}$/);
    expect(new Set(ids).size).toBe(2);
    expect(ada.names()).toEqual(["connect", "created", "joined"]);
    expect(bob.heard[1]).toEqual([
      "created",
      expect.objectContaining({
        peers: [{ id: ids[0], state: "online", metadata: { name: "ada" } }],
        iceServersTtl: 60,
      }),
    ]);
    expect(signaling.peers("r")).toEqual(ids);
    expect(await bob.say("createAndJoinRoom", { room: "r", key: key("bob") })).toMatchObject({
      ok: true,
      id: ids[1],
      resumed: true,
    });
  });

  it("relays between two of a room, with the sender's id, and refuses the rest with a code", async () => {
    const { ada, bob, ids } = await two();
    expect(await ada.say("offer", { room: "r", to: ids[1], sdp: "v=0", from: "somebody", other: 1 })).toEqual({
      ok: true,
    });
    expect(bob.heard.at(-1)).toEqual(["offer", { room: "r", to: ids[1], sdp: "v=0", from: ids[0] }]);
    expect(await ada.say("offer", { room: "r", to: "nobody", sdp: "v=0" })).toMatchObject({
      ok: false,
      code: "PEER_NOT_FOUND",
    });
    expect(await ada.say("offer", { room: "other", to: ids[1], sdp: "v=0" })).toMatchObject({
      ok: false,
      code: "NOT_IN_ROOM",
    });
    expect(await ada.say("offer", { room: "r", to: ids[1] })).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
    ada.socket.emit("offer", { room: "r", to: "nobody", sdp: "v=0" });
    await clock.runOut();
    expect(ada.heard.at(-1)).toEqual([
      "rejected",
      expect.objectContaining({ event: "offer", code: "PEER_NOT_FOUND", to: "nobody" }),
    ]);
    expect(await ada.say("message", { room: "r", type: "chat", data: "hi" })).toEqual({ ok: true });
    expect(await ada.say("metadata", { room: "r", metadata: { name: "Ada" } })).toEqual({ ok: true });
    expect(bob.names().slice(-2)).toEqual(["message", "metadata"]);
  });

  it("keeps a peer that is cut off for a while, and takes it back by its key", async () => {
    const { ada, bob, ids, join } = await two();
    signaling.cut(bob.socket);
    await clock.advance(1000);
    expect(ada.heard.at(-1)).toEqual(["presence", { id: ids[1], room: "r", state: "away" }]);
    expect(await ada.say("offer", { room: "r", to: ids[1], sdp: "v=0" })).toMatchObject({
      ok: false,
      code: "PEER_AWAY",
      retryable: true,
    });
    signaling.restore(bob.socket);
    await clock.advance(5000);
    expect(bob.names().slice(-2)).toEqual(["disconnect", "connect"]);
    expect(await join(bob, "bob")).toBe(ids[1]);
    await clock.advance(100);
    expect(ada.heard.at(-1)).toEqual(["presence", { id: ids[1], room: "r", state: "online" }]);
    signaling.cut(bob.socket);
    await clock.advance(11_000);
    expect(ada.heard.at(-1)).toEqual(["exit", { from: ids[1], room: "r", reason: "lost" }]);
  });

  it("keeps what goes over a connection of which nobody knows that it is cut", async () => {
    const { ada, bob, ids } = await two();
    signaling.cut(bob.socket, { clientMs: Infinity, serverMs: Infinity });
    for (const sdp of ["1", "2"]) ada.socket.emit("offer", { room: "r", to: ids[1], sdp });
    await clock.advance(1000);
    expect(bob.names()).not.toContain("offer");
    signaling.restore(bob.socket);
    await clock.runOut();
    expect(bob.heard.slice(-2).map(([, { sdp }]) => sdp)).toEqual(["1", "2"]);
    expect(bob.names()).not.toContain("disconnect");
  });

  it("holds, loses, doubles and reorders messages between peers, and none of its own", async () => {
    const { ada, bob, ids } = await two();
    const sent = Array.from({ length: 40 }, (_, index) => String(index));
    const send = async (): Promise<unknown[]> => {
      const before = bob.heard.length;
      for (const sdp of sent) ada.socket.emit("offer", { room: "r", to: ids[1], sdp });
      await clock.runOut();
      return bob.heard.slice(before).map(([, { sdp }]) => sdp);
    };
    signaling.hold();
    expect(await send()).toEqual([]);
    signaling.release();
    await clock.runOut();
    signaling.faults({ drop: 1 });
    expect(await send()).toEqual([]);
    signaling.faults({ duplicate: 1 });
    expect(await send()).toHaveLength(160);
    signaling.faults({ reorder: 0.5 });
    const reordered = await send();
    expect(reordered).not.toEqual(sent);
    expect([...reordered].sort()).toEqual([...sent].sort());
    signaling.faults({});
    expect(await send()).toEqual(sent);
  });

  it("forgets everybody when it is restarted; sockets come back by themselves", async () => {
    const { ada, bob } = await two();
    signaling.stop();
    await clock.advance(8000);
    expect(ada.names()).toContain("connect_error");
    signaling.start();
    await clock.runOut();
    expect([ada.socket.connected, bob.socket.connected, signaling.peers("r")]).toEqual([true, true, []]);
    expect(await ada.say("createAndJoinRoom", { room: "r", key: key("ada") })).not.toHaveProperty("resumed");
  });

  it("removes a peer for good, lets another socket take a membership over, and speaks itself", async () => {
    const { ada, bob, ids } = await two();
    const again = client();
    await again.say("createAndJoinRoom", { room: "r", key: key("ada") });
    expect(ada.heard.at(-1)).toEqual(["exit", { from: ids[0], room: "r", reason: "replaced" }]);
    expect(signaling.kick("r", ids[1], "Be kind.")).toBe(true);
    await clock.runOut();
    expect(bob.heard.at(-1)).toEqual(["exit", { from: ids[1], room: "r", reason: "kicked", message: "Be kind." }]);
    expect(await bob.say("createAndJoinRoom", { room: "r", key: key("bob") })).toMatchObject({
      ok: false,
      code: "KICKED",
    });
    signaling.send("r", "notice", "soon");
    await clock.runOut();
    expect(again.heard.at(-1)).toEqual(["message", { from: "server", room: "r", type: "notice", data: "soon" }]);
  });

  it("serves a client without a key as the older protocol says", async () => {
    const { ada, ids } = await two();
    const old = client();
    expect(await old.say("createAndJoinRoom", { room: "r" })).toEqual({
      ok: true,
      id: old.socket.id,
      room: "r",
      peers: ids.map((id) => ({ id })),
    });
    await ada.say("candidate", {
      room: "r",
      to: old.socket.id,
      offerId: "1",
      candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "c", usernameFragment: "u" },
    });
    expect(old.heard.at(-1)).toEqual([
      "candidate",
      { from: ids[0], to: old.socket.id, room: "r", candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "c" } },
    ]);
    await ada.say("exit", { room: "r" });
    await clock.runOut();
    expect(old.heard.at(-1)).toEqual(["exit", { from: ids[0], room: "r" }]);
  });
});
