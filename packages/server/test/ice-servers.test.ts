import { type SignalingFault } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { FakeClock } from "./fake-clock.js";
import { deferred, startServer } from "./harness.js";
import { startMemoryService } from "./memory-service.js";

describe("iceServers", () => {
  const stun = { urls: "stun:stun.example.org" };

  it("a list is handed to peers with a key, on joining and on asking", async () => {
    const { connect } = await startServer({ iceServers: [stun] });
    const [a, legacy] = [await connect(), await connect()];
    expect(await a.join("r", { key: newKey() })).toMatchObject({ iceServers: [stun] });
    expect(await legacy.join("r")).not.toHaveProperty("iceServers");
    expect(await a.call("iceServers", { room: "r" })).toEqual({ ok: true, iceServers: [stun] });
    expect(await a.call("iceServers", {})).toEqual({ ok: true, iceServers: [stun] });
    // Without an ack it may be an event of the application.
    legacy.emit("iceServers", { room: "r" });
    await legacy.roundTrip();
    expect(legacy.received("rejected", "iceServers")).toEqual([]);
  });

  it("without authorize, everyone may ask for them before joining, and receives them in the ack alone", async () => {
    const asked: unknown[] = [];
    const { connect } = await startServer({
      iceServers: ({ id, room }) => {
        asked.push({ id, room });
        return { iceServers: [stun], ttl: 60 };
      },
    });
    const stranger = await connect();
    expect(await stranger.call("iceServers", {})).toEqual({ ok: true, iceServers: [stun], iceServersTtl: 60 });
    expect(await stranger.call("iceServers", { room: "r" })).toEqual({
      ok: true,
      iceServers: [stun],
      iceServersTtl: 60,
    });
    expect(asked).toEqual([
      { id: stranger.socketId, room: "" },
      { id: stranger.socketId, room: "r" },
    ]);
    stranger.emit("iceServers", {});
    await stranger.roundTrip();
    expect(stranger.received("rejected", "iceServers")).toEqual([]);
  });

  it("T31: with authorize, only sockets that may join the room receive credentials", async () => {
    const asked: unknown[] = [];
    const made: string[] = [];
    const { connect, signaling } = await startServer({
      authorize: ({ socket: _, ...request }) => {
        asked.push(request);
        if (request.token === "broken") throw new Error("no database");
        return request.token === "t" && request.room === "r" ? true : "Show your invitation.";
      },
      iceServers: ({ room }) => {
        made.push(room);
        return [stun];
      },
    });
    signaling.on("error", () => undefined);
    const stranger = await connect();
    expect(await stranger.call("iceServers", {})).toMatchObject({ ok: false, code: "NOT_IN_ROOM" });
    expect(await stranger.call("iceServers", { token: "t" })).toMatchObject({ ok: false, code: "NOT_IN_ROOM" });
    expect(asked).toEqual([]);
    expect(await stranger.call("iceServers", { room: "r" })).toMatchObject({
      ok: false,
      code: "UNAUTHORIZED",
      message: "Show your invitation.",
    });
    for (const payload of [
      { room: "q", token: "t" },
      { room: "r", token: "x" },
    ]) {
      expect(await stranger.call("iceServers", payload)).toMatchObject({ ok: false, code: "UNAUTHORIZED" });
    }
    expect(await stranger.call("iceServers", { room: "r", token: "broken" })).toMatchObject({
      ok: false,
      code: "INTERNAL",
    });
    expect(made).toEqual([]);
    expect(await stranger.call("iceServers", { room: "r", token: "t" })).toEqual({ ok: true, iceServers: [stun] });
    expect(asked.at(-1)).toMatchObject({ room: "r", token: "t", resumed: false, reason: "preflight", preflight: true });
    expect(asked.at(-1)).not.toHaveProperty("peerId");
    expect(made).toEqual(["r"]);
    // A member is not authorized again, and a membership in one room does not count in another.
    await stranger.join("r", { key: newKey(), token: "t" });
    expect(await stranger.call("iceServers", {})).toMatchObject({ ok: true });
    expect(await stranger.call("iceServers", { room: "q" })).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("T31: a function makes them for each peer, and nobody sees another's", async () => {
    let made = 0;
    const { connect } = await startServer({
      iceServers: async ({ id, room, socket }) => {
        made += 1;
        return {
          iceServers: [{ urls: ["turn:x"], username: `${room}-${id}-${made}`, credential: socket.id }],
          ttl: 600,
        };
      },
    });
    const [a, b] = [await connect(), await connect()];
    const forA = await a.join("r", { key: newKey() });
    const forB = await b.join("r", { key: newKey() });
    expect(forA).toMatchObject({
      iceServers: [{ urls: ["turn:x"], username: `r-${forA.id}-1`, credential: a.socketId }],
      iceServersTtl: 600,
    });
    expect(forB).toMatchObject({ iceServers: [{ username: `r-${forB.id}-2`, credential: b.socketId }] });
    expect(await a.call("iceServers", { room: "r" })).toMatchObject({
      ok: true,
      iceServers: [{ username: `r-${forA.id}-3` }],
      iceServersTtl: 600,
    });
    a.emit("iceServers", { room: "r" });
    expect((await a.next("iceServers")).iceServers[0]?.username).toBe(`r-${forA.id}-4`);
    expect(JSON.stringify(b.log)).not.toContain(a.socketId);
  });

  it("a failing, slow or invalid function is reported, and the peer joins without ICE servers", async () => {
    const gate = deferred<never>();
    const { connect, signaling } = await startServer({
      authorizeTimeoutMs: 40,
      iceServers: ({ room }) => {
        if (room === "throws") throw new Error("no TURN");
        if (room === "hangs") return gate.promise;
        return (room === "nonsense" ? [{ url: 1 }] : null) as never;
      },
    });
    const faults: SignalingFault[] = [];
    signaling.on("error", (fault) => faults.push(fault));
    const a = await connect();
    for (const room of ["throws", "hangs", "nonsense", "null"]) {
      expect(await a.join(room, { key: newKey() }), room).not.toHaveProperty("iceServers");
    }
    expect(faults.map(({ source }) => source)).toEqual(Array(4).fill("iceServers"));
    expect(await a.call("iceServers", { room: "throws" })).toMatchObject({ code: "INTERNAL" });
  });

  it("U07: a function that failed at the join is asked again, less and less often, until it makes some", async () => {
    let asked = 0;
    const { connect, clock, signaling } = startMemoryService({
      iceServers: () => {
        asked += 1;
        if (asked < 5) throw new Error("no TURN");
        return [{ urls: "turn:1" }];
      },
    });
    const faults: SignalingFault[] = [];
    signaling.on("error", (fault) => faults.push(fault));
    const peer = connect();
    expect(await peer.join("r")).not.toHaveProperty("iceServers");
    const times: number[] = [];
    for (let second = 1; second <= 20; second += 1) {
      const before = asked;
      clock.advance(1_000);
      if (asked > before) times.push(second);
    }
    expect(times).toEqual([1, 3, 7, 15]);
    expect(peer.received("iceServers")).toEqual([{ iceServers: [{ urls: "turn:1" }] }]);
    expect(faults).toHaveLength(4);
  });

  it("U07: waits no longer than a minute, and stops with the peer", async () => {
    let asked = 0;
    const { connect, clock } = startMemoryService({
      iceServers: () => {
        asked += 1;
        throw new Error("no TURN");
      },
    });
    const peer = connect();
    await peer.join("r");
    clock.advance(3_600_000);
    const inAnHour = asked;
    clock.advance(3_600_000);
    expect(asked - inAnHour).toBe(60);
    peer.disconnect();
    clock.advance(3_600_000);
    expect(asked - inAnHour).toBe(60);
  });

  const user = { username: "u", credential: "c" };
  const turn = { urls: ["turn:x"], ...user };
  it.each<[string, unknown, unknown]>([
    ["one server", { urls: "stun:x" }, { iceServers: [{ urls: "stun:x" }] }],
    ["one server with a lifetime", { iceServers: turn, ttl: 60 }, { iceServers: [turn], iceServersTtl: 60 }],
    ["`url`", [{ url: "turn:x", ...user }], { iceServers: [{ urls: "turn:x", ...user }] }],
    ["`url` beside `urls`", [{ url: "turn:x", ...turn }], { iceServers: [turn] }],
    [
      "Twilio's answer",
      { username: "u", password: "c", ttl: "86400", ice_servers: [{ url: "turn:x", urls: "turn:x", ...user }] },
      { iceServers: [{ urls: "turn:x", ...user }], iceServersTtl: 86_400 },
    ],
    ["Cloudflare's answer", { iceServers: turn }, { iceServers: [turn] }],
  ])("U08: a function may give %s", async (_what, given, expected) => {
    const faults: SignalingFault[] = [];
    const { connect, signaling } = startMemoryService({ iceServers: () => given as never });
    signaling.on("error", (fault) => faults.push(fault));
    expect(await connect().join("r")).toMatchObject(expected as object);
    expect(faults).toEqual([]);
  });

  it("U08: the option itself may have `url` too; what nobody writes is refused as before", async () => {
    const { connect } = startMemoryService({ iceServers: [{ url: "stun:x" }] as never });
    expect(await connect().join("r")).toMatchObject({ iceServers: [{ urls: "stun:x" }] });
    const { connect: connectBroken } = startMemoryService({
      iceServers: () => ({ iceServers: [{ urls: "turn:x" }], ttl: "a day" }),
    });
    expect(await connectBroken().join("r")).not.toHaveProperty("iceServers");
  });

  it("fresh ones are pushed before the old ones expire, until the peer leaves", async () => {
    let made = 0;
    const clock = new FakeClock();
    const { connect } = await startServer({
      clock,
      iceServers: () => ({ iceServers: [{ urls: `turn:${++made}` }], ttl: 600 }),
    });
    const a = await connect();
    expect((await a.join("r", { key: newKey() })).iceServers).toEqual([{ urls: "turn:1" }]);
    clock.advance(450_000);
    expect(await a.next("iceServers")).toEqual({ iceServers: [{ urls: "turn:2" }], iceServersTtl: 600 });
    await a.call("exit", { room: "r" });
    clock.advance(450_000);
    await a.roundTrip();
    expect(a.received("iceServers")).toHaveLength(1);
  });

  it("a server without any answers an empty ack", async () => {
    const { connect } = await startServer();
    const a = await connect();
    expect(await a.join("r", { key: newKey() })).not.toHaveProperty("iceServers");
    expect(await a.call("iceServers", { room: "r" })).toEqual({ ok: true });
  });
});
