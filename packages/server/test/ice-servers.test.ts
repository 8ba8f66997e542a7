import { type SignalingFault } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { FakeClock } from "./fake-clock.js";
import { deferred, startServer } from "./harness.js";

describe("iceServers", () => {
  const stun = { urls: "stun:stun.example.org" };

  it("a list is handed to peers with a key, on joining and on asking", async () => {
    const { connect } = await startServer({ iceServers: [stun] });
    const [a, legacy] = [await connect(), await connect()];
    expect(await a.join("r", { key: newKey() })).toMatchObject({ iceServers: [stun] });
    expect(await legacy.join("r")).not.toHaveProperty("iceServers");
    expect(await a.call("iceServers", { room: "r" })).toEqual({ ok: true, iceServers: [stun] });
    expect(await a.call("iceServers", {})).toEqual({ ok: true, iceServers: [stun] });
    legacy.emit("iceServers", { room: "r" });
    expect(await legacy.next("rejected")).toMatchObject({ event: "iceServers", code: "NOT_IN_ROOM" });
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
    expect(await stranger.next("rejected")).toMatchObject({ event: "iceServers", code: "NOT_IN_ROOM" });
    expect(stranger.received("iceServers")).toEqual([]);
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
    expect(asked.at(-1)).toEqual({ room: "r", token: "t", resumed: false, preflight: true });
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
