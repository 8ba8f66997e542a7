import { defaultLimits } from "@sig/protocol";
import { grant } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { startServer } from "./harness.js";
import { startMemoryService } from "./memory-service.js";
import { twoMembers } from "./two-members.js";

describe("limits", () => {
  it("a value at its limit passes, and one more is TOO_LARGE", async () => {
    const { first, second, ids } = await twoMembers(await startServer(), "websocket");
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
    expect(second.received("offer", "answer", "candidate", "message", "metadata")).toHaveLength(cases.length);
  });

  it("the application may set limits of its own", async () => {
    const { first, ids } = await twoMembers(await startServer({ limits: { sdp: 10, roomName: 4 } }), "websocket");
    expect(await first.call("offer", { to: ids[1], room: "r", sdp: "s".repeat(10) })).toEqual({ ok: true });
    expect(await first.call("offer", { to: ids[1], room: "r", sdp: "s".repeat(11) })).toMatchObject({
      code: "TOO_LARGE",
    });
    expect(await first.call("createAndJoinRoom", { room: "abcde" })).toMatchObject({ code: "BAD_PAYLOAD" });
  });

  it("U23: with `evictAway`, a full room gives the place of a peer that is away to whoever joins", async () => {
    const { connect, signaling } = startMemoryService({ maxPeersPerRoom: 3, evictAway: true });
    const members = [connect(), connect(), connect()];
    for (const member of members) await member.join("r");
    const ids = (await signaling.peers("r")).map(({ id }) => id);
    expect(await connect().join("r"), "nobody is away").toMatchObject({ code: "ROOM_FULL" });
    const left: unknown[] = [];
    signaling.on("peerLeft", ({ peer, reason }) => left.push([peer.id, reason]));
    members[1]?.disconnect();
    const [reloaded, late] = [connect(), connect()];
    expect(await reloaded.join("r")).toMatchObject({ ok: true });
    expect(left).toEqual([[ids[1], "lost"]]);
    expect(members[0]?.received("exit")).toEqual([{ from: ids[1], room: "r", reason: "lost" }]);
    expect(await late.join("r"), "everybody is online again").toMatchObject({ code: "ROOM_FULL" });
    expect(await signaling.peers("r")).toHaveLength(3);
  });

  it("U23: a full room gives the place of a peer that is away to a newcomer of the same user", async () => {
    const { connect, signaling, clock } = startMemoryService({
      maxPeersPerRoom: 3,
      authorize: ({ token }) => (token === undefined ? true : grant({ user: token })),
    });
    const [longestAway, adaFirst, adaSecond] = [connect(), connect(), connect()];
    await longestAway.join("r");
    for (const socket of [adaFirst, adaSecond]) await socket.join("r", { key: newKey(), token: "ada" });
    const [, firstId, secondId] = (await signaling.peers("r")).map(({ id }) => id);
    const left: unknown[] = [];
    signaling.on("peerLeft", ({ peer, reason }) => left.push([peer.id, reason]));
    const join = (token?: string) => connect().join("r", { key: newKey(), ...(token !== undefined && { token }) });
    expect(await join("ada"), "its own peers are online").toMatchObject({ code: "ROOM_FULL" });
    for (const socket of [longestAway, adaSecond, adaFirst]) {
      socket.disconnect();
      clock.advance(1);
    }
    expect(await join("grace"), "of another user").toMatchObject({ code: "ROOM_FULL" });
    expect(await join(), "without a user").toMatchObject({ code: "ROOM_FULL" });
    expect(await join("ada")).toMatchObject({ ok: true });
    expect(left).toEqual([[secondId, "lost"]]);
    expect(await join("ada")).toMatchObject({ ok: true });
    expect(left.at(-1)).toEqual([firstId, "lost"]);
    expect(await join("ada"), "online again").toMatchObject({ code: "ROOM_FULL" });
  });

  it("U23: with `evictAway`, its own peer that is away gives its place before others do", async () => {
    const { connect, signaling } = startMemoryService({
      maxPeersPerRoom: 2,
      evictAway: true,
      authorize: ({ token }) => grant({ user: token }),
    });
    const [grace, ada] = [connect(), connect()];
    await grace.join("r", { key: newKey(), token: "grace" });
    await ada.join("r", { key: newKey(), token: "ada" });
    grace.disconnect();
    ada.disconnect();
    await connect().join("r", { key: newKey(), token: "ada" });
    expect((await signaling.peers("r")).map(({ user, state }) => [user, state])).toEqual([
      ["grace", "away"],
      ["ada", "online"],
    ]);
    expect(await connect().join("r", { key: newKey(), token: "bob" })).toMatchObject({ ok: true });
  });

  it("U23: while the room is not full, a peer of the same user that is away keeps its place", async () => {
    const { connect, signaling } = startMemoryService({ authorize: () => grant({ user: "ada" }) });
    const [first, second] = [connect(), connect()];
    await first.join("r");
    first.disconnect();
    await second.join("r");
    expect((await signaling.peers("r")).map(({ state }) => state)).toEqual(["away", "online"]);
  });

  it("U23: by default nobody who is away loses the place", async () => {
    const { connect, signaling } = startMemoryService({ maxPeersPerRoom: 1 });
    const member = connect();
    await member.join("r");
    member.disconnect();
    expect(await connect().join("r")).toMatchObject({ code: "ROOM_FULL" });
    expect(await signaling.peers("r")).toMatchObject([{ state: "away" }]);
  });

  it("a full room rejects a join with ROOM_FULL, until a peer leaves", async () => {
    const server = await startServer({ maxPeersPerRoom: 2 });
    const { first } = await twoMembers(server, "websocket");
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

  it("a full room admits a returning member, over any socket", async () => {
    const server = await startServer({ maxPeersPerRoom: 2 });
    const { first, second } = await twoMembers(server, "websocket", [false, false]);
    const [third, fourth] = [await server.connect(), await server.connect()];
    first.emit("exit", { room: "r" });
    await first.roundTrip();
    const key = newKey();
    await third.join("r", { key });
    expect(await fourth.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ ok: true, resumed: true });
    expect(await second.call("createAndJoinRoom", { room: "r" })).toMatchObject({ ok: true });
  });

  it("of many peers that join for the last place at once, one gets it", async () => {
    const server = await startServer({ maxPeersPerRoom: 3, authorize: async () => true });
    await twoMembers(server, "websocket");
    const clients = await Promise.all(Array.from({ length: 8 }, () => server.connect()));
    const replies = await Promise.all(
      clients.map((client) => client.call("createAndJoinRoom", { room: "r", key: newKey() })),
    );
    expect(replies.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await server.signaling.rooms()).toEqual([{ name: "r", peers: 3 }]);
  });

  it("a socket at its room limit is rejected with ROOM_LIMIT; joins that wait count", async () => {
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
  it("lets an honest burst pass and rejects what exceeds it, without disconnecting the socket", async () => {
    const server = await startServer({
      rateLimit: { perSecond: 0.001, burst: 20, burstPerPeer: 5, maxRejections: 10 },
    });
    const { first, second, ids } = await twoMembers(server, "websocket");
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
    expect(second.received("offer")).toHaveLength(24);
    expect(first.socket.connected).toBe(true);
  });

  it("T16: a flood is disconnected, its peer leaves like any that is lost, and the others go on", async () => {
    const server = await startServer({ graceMs: 0 });
    const { first, second, ids } = await twoMembers(server, "websocket");
    const attacker = await server.connect();
    const { id } = await attacker.join("r", { key: newKey() });
    for (let count = 0; count < 3_000; count += 1) attacker.emit("candidate", { to: "nobody", room: "r" });
    await attacker.disconnected();
    expect(await first.next("exit")).toEqual({ from: id, room: "r", reason: "lost" });
    expect(attacker.received("rejected").length).toBeLessThan(1_000);
    expect(await first.call("offer", { to: ids[1], room: "r", sdp: "v=0" })).toEqual({ ok: true });
    expect(await second.next("offer")).toMatchObject({ from: ids[0] });
  });

  it("can be switched off", async () => {
    const server = await startServer({ rateLimit: false });
    const { first, ids } = await twoMembers(server, "websocket");
    const replies = await Promise.all(
      Array.from({ length: 2_000 }, () => first.call("candidate", { to: ids[1], room: "r", candidate: { sdp: "" } })),
    );
    expect(replies.every(({ ok }) => ok)).toBe(true);
  });

  it("T16: three hundred messages in a burst are never throttled", async () => {
    const server = await startServer();
    const { first, ids } = await twoMembers(server, "websocket");
    const replies = await Promise.all(
      Array.from({ length: 300 }, () => first.call("candidate", { to: ids[1], room: "r", candidate: { sdp: "" } })),
    );
    expect(replies.every(({ ok }) => ok)).toBe(true);
  });
});
