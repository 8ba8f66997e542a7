import { createHash, randomBytes } from "node:crypto";
import { defaultLimits } from "@sig/protocol";
import { describe, expect, it } from "vitest";
import { newKey, transports, type TestClient, type Transport } from "./client.js";
import { startServer, type TestServer } from "./harness.js";

interface Pair {
  readonly first: TestClient;
  readonly second: TestClient;
  readonly ids: readonly [string, string];
}

async function pair(
  server: TestServer,
  transport: Transport,
  keyed: readonly [boolean, boolean] = [true, true],
): Promise<Pair> {
  const [first, second] = [await server.connect(transport), await server.connect(transport)];
  const one = await first.join("r", keyed[0] ? { key: newKey() } : {});
  const two = await second.join("r", keyed[1] ? { key: newKey() } : {});
  return { first, second, ids: [one.id, two.id] };
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

describe.each(transports)("relay over %s", (transport) => {
  it("what is passed on has the known fields, and the sender as the server knows it", async () => {
    const { first, second, ids } = await pair(await startServer(), transport);
    const [from, to] = ids;
    const link = { epoch: "e", seq: 1, ack: 0 };
    const tracks = { "0": { stream: "s", label: "camera" } };
    await first.call("offer", { from: to, to, room: "r", sdp: "v=0", offerId: "o", link, tracks, extra: { deep: [] } });
    expect(await second.next("offer")).toEqual({ from, to, room: "r", sdp: "v=0", offerId: "o", link, tracks });
    await first.call("answer", { to, room: "r", sdp: { type: "answer", sdp: "v=0\n" }, junk: 1 });
    expect(await second.next("answer")).toEqual({ from, to, room: "r", sdp: "v=0\n" });
    const candidate = { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1 x.local", usernameFragment: "u", extra: 1 };
    await first.call("candidate", { to, room: "r", candidate, offerId: "o" });
    expect(await second.next("candidate")).toEqual({
      from,
      to,
      room: "r",
      offerId: "o",
      candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1 x.local", usernameFragment: "u" },
    });
  });

  it("a peer without a key is sent the fields of the seed protocol and no others", async () => {
    const { first, second, ids } = await pair(await startServer(), transport, [true, false]);
    const [from, to] = ids;
    const extras = { offerId: "o", link: { epoch: "e", seq: 1, ack: 0 } };
    await first.call("offer", { to, room: "r", sdp: "v=0", tracks: {}, ...extras });
    expect(await second.next("offer")).toEqual({ from, to, room: "r", sdp: "v=0" });
    const candidate = { sdpMid: "0", sdpMLineIndex: "1", sdp: "candidate:1", usernameFragment: "u" };
    await first.call("candidate", { to, room: "r", candidate, ...extras });
    expect(await second.next("candidate")).toEqual({
      from,
      to,
      room: "r",
      candidate: { sdpMid: "0", sdpMLineIndex: "1", sdp: "candidate:1" },
    });
    await first.call("message", { room: "r", type: "chat", data: 1 });
    await first.call("metadata", { room: "r", metadata: 1 });
    await second.roundTrip();
    expect(second.log.map(({ event }) => event)).toEqual(["created", "offer", "candidate"]);
  });

  it("descriptions and candidates arrive byte for byte, and the line index keeps its type", async () => {
    const { first, second, ids } = await pair(await startServer(), transport);
    const to = ids[1];
    const sdp = `v=0\r\n s=\u2028 \u00e9\ud83d\ude00 \u0000\ttrailing \n${randomBytes(3000).toString("base64")}`;
    await first.call("offer", { to, room: "r", sdp });
    expect(hash((await second.next("offer")).sdp)).toBe(hash(sdp));
    for (const sdpMLineIndex of [0, "0", "12", 65_535, null]) {
      await first.call("candidate", { to, room: "r", candidate: { sdpMid: null, sdpMLineIndex, sdp: "" } });
      expect((await second.next("candidate")).candidate).toEqual({ sdpMid: null, sdpMLineIndex, sdp: "" });
    }
  });

  it("both dialects are read, and the first is written", async () => {
    const { first, second, ids } = await pair(await startServer(), transport);
    await first.call("candidate", {
      to: ids[1],
      room: "r",
      candidate: { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 },
    });
    expect((await second.next("candidate")).candidate).toEqual({ sdp: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 });
    await first.call("offer", { to: ids[1], room: "r", sdp: { type: "offer", sdp: "v=0" } });
    expect((await second.next("offer")).sdp).toBe("v=0");
  });

  it("an away peer is refused with PEER_AWAY, oneself and strangers with PEER_NOT_FOUND", async () => {
    const server = await startServer();
    const { first, second, ids } = await pair(server, transport);
    for (const to of [ids[0], "nobody", first.socketId, second.socketId]) {
      expect(await first.call("offer", { to, room: "r", sdp: "v=0" }), to).toMatchObject({
        ok: false,
        code: "PEER_NOT_FOUND",
        retryable: false,
      });
    }
    second.close();
    await first.next("presence");
    expect(await first.call("offer", { to: ids[1], room: "r", sdp: "v=0" })).toMatchObject({
      ok: false,
      code: "PEER_AWAY",
      retryable: true,
    });
    expect(await first.call("message", { to: ids[1], room: "r", type: "x", data: 1 })).toMatchObject({
      ok: false,
      code: "PEER_AWAY",
    });
  });

  it("a call without an ack that is refused brings `rejected`, to peers of both kinds", async () => {
    const { first, second } = await pair(await startServer(), transport, [true, false]);
    for (const client of [first, second]) {
      client.emit("offer", { to: "nobody", room: "r", sdp: "v=0" });
      expect(await client.next("rejected")).toEqual({
        event: "offer",
        code: "PEER_NOT_FOUND",
        message: expect.any(String) as string,
        retryable: false,
        room: "r",
        to: "nobody",
      });
      client.emit("candidate", { to: ["x"], room: "\u0000" });
      expect(Object.keys(await client.next("rejected")).sort()).toEqual(["code", "event", "message", "retryable"]);
      client.emit("exit", { room: "elsewhere" });
      expect(await client.next("rejected")).toMatchObject({ event: "exit", code: "NOT_IN_ROOM", room: "elsewhere" });
    }
  });
});

describe.each(transports)("messages and metadata over %s", (transport) => {
  it("a message reaches everyone else with a key, or the one it is for", async () => {
    const server = await startServer();
    const { first, second, ids } = await pair(server, transport);
    const third = await server.connect(transport);
    await third.join("r", { key: newKey() });
    expect(
      await first.call("message", { room: "r", type: "chat", data: { text: "hi", nothing: null }, extra: 1 }),
    ).toEqual({ ok: true });
    const expected = { from: ids[0], room: "r", type: "chat", data: { text: "hi", nothing: null } };
    expect(await second.next("message")).toEqual(expected);
    expect(await third.next("message")).toEqual(expected);
    await first.call("message", { room: "r", to: ids[1], type: "chat", data: [1] });
    expect(await second.next("message")).toEqual({ from: ids[0], room: "r", type: "chat", data: [1] });
    await Promise.all([third.roundTrip(), first.roundTrip()]);
    expect(third.heard("message")).toHaveLength(1);
    expect(first.heard("message")).toEqual([]);
  });

  it("a message to a peer without a key is refused with the reason", async () => {
    const { first, ids } = await pair(await startServer(), transport, [true, false]);
    const reply = await first.call("message", { room: "r", to: ids[1], type: "chat", data: 1 });
    expect(reply).toMatchObject({ code: "PEER_NOT_FOUND", message: /without a key/ });
  });

  it("changed metadata is told to everyone with a key and to those who come later", async () => {
    const server = await startServer();
    const { first, second, ids } = await pair(server, transport);
    expect(await first.call("metadata", { room: "r", metadata: { name: "Ada" } })).toEqual({ ok: true });
    expect(await second.next("metadata")).toEqual({ id: ids[0], room: "r", metadata: { name: "Ada" } });
    const third = await server.connect(transport);
    expect((await third.join("r", { key: newKey() })).peers).toContainEqual({
      id: ids[0],
      state: "online",
      metadata: { name: "Ada" },
    });
    await first.roundTrip();
    expect(first.heard("metadata")).toEqual([]);
  });
});

describe("limits", () => {
  it("what is at its limit passes, and one more is TOO_LARGE", async () => {
    const { first, second, ids } = await pair(await startServer(), "websocket");
    const to = ids[1];
    const candidate = (length: number) => ({ sdpMid: "0", sdpMLineIndex: 0, sdp: "c".repeat(length) });
    const text = (length: number) => "t".repeat(length - 2);
    const cases = [
      ["offer", (length: number) => ({ to, room: "r", sdp: "s".repeat(length) }), defaultLimits.sdp],
      ["answer", (length: number) => ({ to, room: "r", sdp: "s".repeat(length) }), defaultLimits.sdp],
      ["candidate", (length: number) => ({ to, room: "r", candidate: candidate(length) }), defaultLimits.candidate],
      ["message", (length: number) => ({ to, room: "r", type: "x", data: text(length) }), defaultLimits.message],
      ["metadata", (length: number) => ({ room: "r", metadata: text(length) }), defaultLimits.metadata],
    ] as const;
    for (const [event, payload, limit] of cases) {
      expect(await first.call(event, payload(limit)), event).toEqual({ ok: true });
      await second.next(event);
      expect(await first.call(event, payload(limit + 1)), event).toMatchObject({ ok: false, code: "TOO_LARGE" });
    }
    await second.roundTrip();
    expect(second.heard("offer", "answer", "candidate", "message", "metadata")).toHaveLength(cases.length);
  });

  it("the host may set limits of its own", async () => {
    const { first, ids } = await pair(await startServer({ limits: { sdp: 10, roomName: 4 } }), "websocket");
    expect(await first.call("offer", { to: ids[1], room: "r", sdp: "s".repeat(10) })).toEqual({ ok: true });
    expect(await first.call("offer", { to: ids[1], room: "r", sdp: "s".repeat(11) })).toMatchObject({
      code: "TOO_LARGE",
    });
    expect(await first.call("createAndJoinRoom", { room: "abcde" })).toMatchObject({ code: "BAD_PAYLOAD" });
  });

  it("a room takes as many peers as it may and refuses the next with ROOM_FULL, until one leaves", async () => {
    const server = await startServer({ maxPeersPerRoom: 2 });
    const { first } = await pair(server, "websocket");
    const third = await server.connect();
    expect(await third.call("createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({
      ok: false,
      code: "ROOM_FULL",
      retryable: true,
    });
    first.emit("exit", { room: "r" });
    await first.roundTrip();
    expect(await third.call("createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({ ok: true });
  });

  it("a full room takes back a member of its own, over any socket", async () => {
    const server = await startServer({ maxPeersPerRoom: 2 });
    const { first, second } = await pair(server, "websocket", [false, false]);
    const [third, fourth] = [await server.connect(), await server.connect()];
    first.emit("exit", { room: "r" });
    await first.roundTrip();
    const key = newKey();
    await third.join("r", { key });
    expect(await fourth.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ ok: true, resumed: true });
    expect(await second.call("createAndJoinRoom", { room: "r" })).toMatchObject({ ok: true });
  });

  it("of many that come for the last place at once, one gets it", async () => {
    const server = await startServer({ maxPeersPerRoom: 3, authorize: async () => true });
    await pair(server, "websocket");
    const clients = await Promise.all(Array.from({ length: 8 }, () => server.connect()));
    const replies = await Promise.all(
      clients.map((client) => client.call("createAndJoinRoom", { room: "r", key: newKey() })),
    );
    expect(replies.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await server.signaling.rooms()).toEqual([{ name: "r", peers: 3 }]);
  });

  it("a socket may be in as many rooms as it may and is refused the next with ROOM_LIMIT, joins that wait counted", async () => {
    const { connect } = await startServer({ maxRoomsPerSocket: 3, authorize: async () => true });
    const client = await connect();
    const replies = await Promise.all(
      ["a", "b", "c", "d"].map((room) => client.call("createAndJoinRoom", { room, key: newKey() })),
    );
    expect(replies.map((reply) => (reply.ok ? "ok" : reply.code))).toEqual(["ok", "ok", "ok", "ROOM_LIMIT"]);
    await client.call("exit", { room: "a" });
    expect(await client.call("createAndJoinRoom", { room: "d" })).toMatchObject({ ok: true });
    expect(await client.call("createAndJoinRoom", { room: "d" })).toMatchObject({ ok: true });
  });
});

describe("the rate limit", () => {
  it("lets an honest burst pass and refuses what is beyond, without cutting the socket", async () => {
    const server = await startServer({ rateLimit: { perSecond: 0.001, burst: 20, burstPerPeer: 5, maxRefusals: 10 } });
    const { first, second, ids } = await pair(server, "websocket");
    // One join was spent; the room has one other peer.
    const replies = await Promise.all(
      Array.from({ length: 26 }, () => first.call("offer", { to: ids[1], room: "r", sdp: "v=0" })),
    );
    expect(replies.map((reply) => (reply.ok ? "ok" : reply.code))).toEqual([
      ...Array<string>(24).fill("ok"),
      "RATE_LIMITED",
      "RATE_LIMITED",
    ]);
    expect(replies.at(-1)).toMatchObject({ retryable: true });
    await second.roundTrip();
    expect(second.heard("offer")).toHaveLength(24);
    expect(first.socket.connected).toBe(true);
  });

  it("T16: a flood is cut off, its peer leaves as any that drops, and the others go on", async () => {
    const server = await startServer({ graceMs: 0 });
    const { first, second, ids } = await pair(server, "websocket");
    const attacker = await server.connect();
    const { id } = await attacker.join("r", { key: newKey() });
    for (let count = 0; count < 3_000; count += 1) attacker.emit("candidate", { to: "nobody", room: "r" });
    await attacker.disconnected();
    expect(await first.next("exit")).toEqual({ from: id, room: "r", reason: "lost" });
    expect(attacker.heard("rejected").length).toBeLessThan(1_000);
    expect(await first.call("offer", { to: ids[1], room: "r", sdp: "v=0" })).toEqual({ ok: true });
    expect(await second.next("offer")).toMatchObject({ from: ids[0] });
  });

  it("can be switched off", async () => {
    const server = await startServer({ rateLimit: false });
    const { first, ids } = await pair(server, "websocket");
    const replies = await Promise.all(
      Array.from({ length: 2_000 }, () => first.call("candidate", { to: ids[1], room: "r", candidate: { sdp: "" } })),
    );
    expect(replies.every(({ ok }) => ok)).toBe(true);
  });

  it("T16: three hundred messages in a burst are never throttled", async () => {
    const server = await startServer();
    const { first, ids } = await pair(server, "websocket");
    const replies = await Promise.all(
      Array.from({ length: 300 }, () => first.call("candidate", { to: ids[1], room: "r", candidate: { sdp: "" } })),
    );
    expect(replies.every(({ ok }) => ok)).toBe(true);
  });
});
