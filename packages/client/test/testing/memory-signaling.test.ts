import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock, MemorySignaling, type MemoryJoin, type MemorySocket } from "../../src/testing/index.js";

const key = (name: string): string => `${name}-${"k".repeat(24)}`;

let clock: FakeClock;
let signaling: MemorySignaling;

/** A socket, and everything it receives. */
function client(): {
  socket: MemorySocket;
  received: [string, Record<string, unknown>][];
  request: (event: string, payload: object) => Promise<unknown>;
  names: () => string[];
} {
  const socket = signaling.socket();
  const received: [string, Record<string, unknown>][] = [];
  for (const event of [
    "created",
    "joined",
    "offer",
    "answer",
    "candidate",
    "exit",
    "waiting",
    "attributes",
    "presence",
    "metadata",
    "message",
    "iceServers",
    "rejected",
    "connect",
    "disconnect",
    "connect_error",
  ]) {
    socket.on(event, (payload: Record<string, unknown>) => received.push([event, payload]));
  }
  const request = (event: string, payload: object): Promise<unknown> =>
    clock.settle(
      new Promise((resolve) => socket.timeout(5000).emit(event, payload, (error, reply) => resolve(error ?? reply))),
    );
  return { socket, received, request, names: () => received.map(([event]) => event) };
}

async function two() {
  const [ada, bob] = [client(), client()];
  const join = async (one: typeof ada, name: string): Promise<string> =>
    ((await one.request("createAndJoinRoom", { room: "r", key: key(name), metadata: { name } })) as { id: string }).id;
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
  it("lets peers join with ids derived from their keys, and notifies the others", async () => {
    const { ada, bob, ids } = await two();
    expect(ids[0]).toMatch(/^[\w-]{22}$/);
    expect(new Set(ids).size).toBe(2);
    expect(ada.names()).toEqual(["connect", "created", "joined"]);
    expect(bob.received[1]).toEqual([
      "created",
      expect.objectContaining({
        peers: [{ id: ids[0], state: "online", metadata: { name: "ada" } }],
        iceServersTtl: 60,
      }),
    ]);
    expect(signaling.peers("r")).toEqual(ids);
    expect(await bob.request("createAndJoinRoom", { room: "r", key: key("bob") })).toMatchObject({
      ok: true,
      id: ids[1],
      resumed: true,
    });
  });

  it("relays between members of a room with the sender's id, and rejects the rest with a code", async () => {
    const { ada, bob, ids } = await two();
    expect(await ada.request("offer", { room: "r", to: ids[1], sdp: "v=0", from: "somebody", other: 1 })).toEqual({
      ok: true,
    });
    expect(bob.received.at(-1)).toEqual(["offer", { room: "r", to: ids[1], sdp: "v=0", from: ids[0] }]);
    expect(await ada.request("offer", { room: "r", to: "nobody", sdp: "v=0" })).toMatchObject({
      ok: false,
      code: "PEER_NOT_FOUND",
    });
    expect(await ada.request("offer", { room: "other", to: ids[1], sdp: "v=0" })).toMatchObject({
      ok: false,
      code: "NOT_IN_ROOM",
    });
    expect(await ada.request("offer", { room: "r", to: ids[1] })).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
    ada.socket.emit("offer", { room: "r", to: "nobody", sdp: "v=0" });
    await clock.runOut();
    expect(ada.received.at(-1)).toEqual([
      "rejected",
      expect.objectContaining({ event: "offer", code: "PEER_NOT_FOUND", to: "nobody" }),
    ]);
    expect(await ada.request("message", { room: "r", type: "chat", data: "hi" })).toEqual({ ok: true });
    expect(await ada.request("metadata", { room: "r", metadata: { name: "Ada" } })).toEqual({ ok: true });
    expect(bob.names().slice(-2)).toEqual(["message", "metadata"]);
  });

  it("keeps a disconnected peer for the grace time, and accepts it again by its key", async () => {
    const { ada, bob, ids, join } = await two();
    signaling.cut(bob.socket);
    await clock.advance(1000);
    expect(ada.received.at(-1)).toEqual(["presence", { id: ids[1], room: "r", state: "away" }]);
    expect(await ada.request("offer", { room: "r", to: ids[1], sdp: "v=0" })).toMatchObject({
      ok: false,
      code: "PEER_AWAY",
      retryable: true,
    });
    signaling.restore(bob.socket);
    await clock.advance(5000);
    expect(bob.names().slice(-2)).toEqual(["disconnect", "connect"]);
    expect(await join(bob, "bob")).toBe(ids[1]);
    await clock.advance(100);
    expect(ada.received.at(-1)).toEqual(["presence", { id: ids[1], room: "r", state: "online" }]);
    signaling.cut(bob.socket);
    await clock.advance(11_000);
    expect(ada.received.at(-1)).toEqual(["exit", { from: ids[1], room: "r", reason: "lost" }]);
  });

  it("delivers messages after a cut that neither end noticed", async () => {
    const { ada, bob, ids } = await two();
    signaling.cut(bob.socket, { clientMs: Infinity, serverMs: Infinity });
    for (const sdp of ["1", "2"]) ada.socket.emit("offer", { room: "r", to: ids[1], sdp });
    await clock.advance(1000);
    expect(bob.names()).not.toContain("offer");
    signaling.restore(bob.socket);
    await clock.runOut();
    expect(bob.received.slice(-2).map(([, { sdp }]) => sdp)).toEqual(["1", "2"]);
    expect(bob.names()).not.toContain("disconnect");
  });

  it("holds, drops, duplicates and reorders messages between peers, and no others", async () => {
    const { ada, bob, ids } = await two();
    const sent = Array.from({ length: 40 }, (_, index) => String(index));
    const send = async (): Promise<unknown[]> => {
      const before = bob.received.length;
      for (const sdp of sent) ada.socket.emit("offer", { room: "r", to: ids[1], sdp });
      await clock.runOut();
      return bob.received.slice(before).map(([, { sdp }]) => sdp);
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

  it("forgets all rooms when it restarts, and sockets reconnect", async () => {
    const { ada, bob } = await two();
    signaling.stop();
    await clock.advance(8000);
    expect(ada.names()).toContain("connect_error");
    signaling.start();
    await clock.runOut();
    expect([ada.socket.connected, bob.socket.connected, signaling.peers("r")]).toEqual([true, true, []]);
    expect(await ada.request("createAndJoinRoom", { room: "r", key: key("ada") })).not.toHaveProperty("resumed");
  });

  it("takes a peer that the application disconnects out of its room at once, as the server does", async () => {
    const { ada, bob, ids } = await two();
    signaling.disconnect(bob.socket);
    await clock.advance(100);
    expect(ada.received.at(-1)).toEqual(["exit", { from: ids[1], room: "r", reason: "left" }]);
    expect(signaling.peers("r")).toEqual([ids[0]]);
  });

  it("leaves an application's own events alone, as the server does", async () => {
    const { ada, bob } = await two();
    const before = [ada.received.length, bob.received.length];
    ada.socket.emit("message", "hello");
    ada.socket.emit("metadata", { room: "elsewhere", metadata: 1 });
    await clock.advance(100);
    expect([ada.received.length, bob.received.length]).toEqual(before);
  });

  it("kicks a peer, lets another socket take over a membership, and sends messages itself", async () => {
    const { ada, bob, ids } = await two();
    const again = client();
    await again.request("createAndJoinRoom", { room: "r", key: key("ada") });
    expect(ada.received.at(-1)).toEqual(["exit", { from: ids[0], room: "r", reason: "replaced" }]);
    expect(signaling.kick("r", ids[1], "Be kind.")).toBe(true);
    await clock.runOut();
    expect(bob.received.at(-1)).toEqual(["exit", { from: ids[1], room: "r", reason: "kicked", message: "Be kind." }]);
    expect(await bob.request("createAndJoinRoom", { room: "r", key: key("bob") })).toMatchObject({
      ok: false,
      code: "KICKED",
    });
    signaling.send("r", "notice", "soon");
    await clock.runOut();
    expect(again.received.at(-1)).toEqual(["message", { from: "server", room: "r", type: "notice", data: "soon" }]);
  });

  it("serves a legacy client by the base protocol", async () => {
    const { ada, ids } = await two();
    const legacy = client();
    expect(await legacy.request("createAndJoinRoom", { room: "r" })).toEqual({
      ok: true,
      id: legacy.socket.id,
      room: "r",
      peers: ids.map((id) => ({ id })),
    });
    await ada.request("candidate", {
      room: "r",
      to: legacy.socket.id,
      offerId: "1",
      candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "c", usernameFragment: "u" },
    });
    expect(legacy.received.at(-1)).toEqual([
      "candidate",
      { from: ids[0], to: legacy.socket.id, room: "r", candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "c" } },
    ]);
    await ada.request("exit", { room: "r" });
    await clock.runOut();
    expect(legacy.received.at(-1)).toEqual(["exit", { from: ids[0], room: "r" }]);
  });

  it("notifies legacy clients of a peer that leaves by losing its connection", async () => {
    const [ada, bob] = [client(), client()];
    for (const legacy of [ada, bob]) await legacy.request("createAndJoinRoom", { room: "r" });
    const id = bob.socket.id;
    signaling.cut(bob.socket);
    await clock.advance(1000);
    expect(ada.received.at(-1)).toEqual(["exit", { from: id, room: "r" }]);
  });
});

describe("authorize", () => {
  it("receives what the peer sent and why, and grants attributes that peers with a key receive", async () => {
    const asked: MemoryJoin[] = [];
    signaling = new MemorySignaling({
      clock,
      authorize: (join) => {
        asked.push(join);
        return { user: "ada", attributes: { role: join.token } };
      },
    });
    const [ada, bob] = [client(), client()];
    const join = { room: "r", key: key("ada"), token: "host", features: ["mute"] };
    const created = (await ada.request("createAndJoinRoom", join)) as { id: string };
    expect(created).toMatchObject({
      attributes: { role: "host" },
      features: ["waiting", "offer-with-join", "bundles"],
    });
    expect(await bob.request("createAndJoinRoom", { room: "r", key: key("bob"), token: "guest" })).toMatchObject({
      peers: [{ id: created.id, attributes: { role: "host" }, features: ["mute"] }],
    });
    await ada.request("createAndJoinRoom", { ...join, token: "guest" });
    expect(asked.map(({ reason, token }) => [reason, token])).toEqual([
      ["join", "host"],
      ["join", "guest"],
      ["renewal", "guest"],
    ]);
    signaling.setAttributes("r", created.id, null);
    await clock.runOut();
    const changes = bob.received.filter(([event]) => event === "attributes").map(([, payload]) => payload);
    expect(changes).toEqual([
      { id: created.id, room: "r", attributes: { role: "guest" } },
      { id: created.id, room: "r", attributes: null },
    ]);
    expect(signaling.setAttributes("r", "nobody", 1)).toBe(false);
  });

  it("may let a guest wait, who is notified; a repeated join is not asked about again", async () => {
    let admit: (verdict: string | true) => void = () => undefined;
    let asked = 0;
    signaling = new MemorySignaling({
      clock,
      authorize: () => {
        asked += 1;
        return new Promise((resolve) => (admit = resolve));
      },
    });
    const guest = client();
    const join = { room: "r", key: key("guest"), features: ["waiting", "offer-with-join"] };
    const replies: unknown[] = [];
    const send = () => guest.socket.emit("createAndJoinRoom", join, (reply: unknown) => replies.push(reply));
    send();
    await clock.advance(2_000);
    send();
    await clock.advance(2_000);
    expect(guest.names().filter((name) => name === "waiting")).toHaveLength(2);
    admit(true);
    await clock.advance(100);
    expect(replies).toMatchObject([{ ok: true }, { ok: true }]);
    expect(asked).toBe(1);
    guest.socket.emit("createAndJoinRoom", { ...join, token: "again" });
    await clock.advance(100);
    guest.socket.emit("exit", { room: "r" });
    await clock.advance(100);
    admit(true);
    await clock.advance(2_000);
    expect(signaling.peers("r")).toEqual([]);
  });

  it("is asked again after `expiresIn`; a rejection ends the membership, a failure does not", async () => {
    let renew: () => string | { expiresIn: number } = () => ({ expiresIn: 60 });
    signaling = new MemorySignaling({
      clock,
      graceMs: 10_000,
      authorize: ({ reason }) => (reason === "renewal" ? renew() : { expiresIn: 60 }),
    });
    const [ada, bob] = [client(), client()];
    const { id, expiresIn } = (await ada.request("createAndJoinRoom", { room: "r", key: key("ada") })) as {
      id: string;
      expiresIn: number;
    };
    expect(expiresIn).toBe(60);
    await clock.advance(61_000);
    await bob.request("createAndJoinRoom", { room: "r", key: key("bob") });
    renew = () => {
      throw new Error("login server down");
    };
    await clock.advance(60_000);
    expect(signaling.peers("r")).toHaveLength(2);
    renew = () => "Your login has ended.";
    await clock.advance(2_000);
    expect(signaling.peers("r")).toEqual([]);
    expect(ada.received.at(-1)).toEqual(["exit", { from: id, room: "r", reason: "expired" }]);
  });

  it("rejects, and a user that was kicked stays out under another key", async () => {
    signaling = new MemorySignaling({
      clock,
      authorize: ({ token }) => {
        if (token === undefined) throw new Error("database down");
        return token === "stranger" ? "Show your invitation." : { user: token };
      },
    });
    const [ada, bob] = [client(), client()];
    const join = (one: typeof ada, name: string, token?: string) =>
      one.request("createAndJoinRoom", { room: "r", key: key(name), ...(token !== undefined && { token }) });
    expect(await join(ada, "one", "stranger")).toMatchObject({
      code: "UNAUTHORIZED",
      message: "Show your invitation.",
    });
    expect(await join(ada, "one")).toMatchObject({ code: "INTERNAL", retryable: true });
    await join(bob, "bob", "bob");
    await join(ada, "one", "ada");
    expect(signaling.kick("r", { user: "ada" }, "Please be kind.")).toBe(1);
    expect(await join(ada, "two", "ada")).toMatchObject({ code: "KICKED" });
    expect(ada.received).toContainEqual([
      "exit",
      expect.objectContaining({ reason: "kicked", message: "Please be kind." }),
    ]);
  });
});
