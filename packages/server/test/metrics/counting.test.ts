import { type Metrics, type Signaling, type SignalingOptions } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { settled, startMemoryService } from "../memory-service.js";

/** The numbers that are not 0, without the states. */
function counted(signaling: Signaling): Record<string, number> {
  const { closing: _, draining: __, rosterReachable: ___, ...numbers } = signaling.metrics();
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0));
}

const candidate = { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1 1 udp 1 192.0.2.1 1 typ host" };

/** Two members of a room, and a socket that has not joined. */
async function startMeeting(options: SignalingOptions = {}) {
  const service = startMemoryService(options);
  const [ada, bob, guest] = [service.connect(), service.connect(), service.connect()];
  const keys = [newKey(), newKey()] as const;
  const ids = ["", ""];
  for (const [index, socket] of [ada, bob].entries()) {
    const reply = await socket.join("r", { key: keys[index] });
    ids[index] = reply.ok ? reply.id : "";
  }
  return { ...service, ada, bob, guest, keys, ids: ids as [string, string] };
}

describe("the metrics of a service", () => {
  it("are one flat frozen object of numbers, with the same names from the start", async () => {
    const { signaling } = startMemoryService();
    const before = signaling.metrics();
    expect(Object.isFrozen(before)).toBe(true);
    expect(Object.values(before).filter((value) => !Number.isInteger(value))).toEqual([]);
    expect(counted(signaling)).toEqual({});
    expect([before.closing, before.rosterReachable]).toEqual([0, 1]);
    const { signaling: used } = await startMeeting();
    expect(Object.keys(used.metrics()).sort()).toEqual(Object.keys(before).sort());
    const joined = used.metrics();
    expect([before.joins, joined.joins]).toEqual([0, 2]);
  });

  it("count sockets, rooms, joins, absences and returns", async () => {
    const { signaling, connect, ada, bob, keys } = await startMeeting();
    await bob.join("q", { key: newKey() });
    expect(counted(signaling)).toEqual({ connections: 3, rooms: 2, joins: 3, "members.online": 3 });
    ada.disconnect();
    expect(counted(signaling)).toMatchObject({ connections: 2, "members.online": 2, "members.away": 1 });
    const again = connect();
    await again.join("r", { key: keys[0] });
    expect(counted(signaling)).toMatchObject({ joins: 3, returns: 1, "members.online": 3 });
    expect(counted(signaling)["members.away"]).toBeUndefined();
    await again.join("r", { key: keys[0] });
    expect(counted(signaling), "a join over the same socket is neither").toMatchObject({ joins: 3, returns: 1 });
    await connect().join("r", { key: keys[0] });
    expect(counted(signaling)).toMatchObject({ joins: 3, returns: 2, "exits.replaced": 1, "members.online": 3 });
  });

  it("count exits by their reason", async () => {
    const { signaling, clock, connect, ada, bob, ids } = await startMeeting({
      graceMs: 1000,
      authorize: ({ room, reason }) =>
        room !== "short" || (reason === "join" && { expiresAt: clock.epochMs() + 60_000 }),
    });
    ada.disconnect();
    clock.advance(1000);
    expect(counted(signaling)).toMatchObject({ "exits.lost": 1 });
    await signaling.kick("r", ids[1]);
    const [left, closed, expired] = [connect(), connect(), connect()];
    await expired.join("short", { key: newKey() });
    clock.advance(60_000);
    await settled();
    expect(counted(signaling)).toMatchObject({ "exits.expired": 1 });
    await left.join("r", { key: newKey() });
    await left.call("exit", { room: "r" });
    await closed.join("r", { key: newKey() });
    expect(counted(signaling)).toMatchObject({ "exits.kicked": 1, "exits.left": 1, "members.online": 1 });
    bob.disconnect();
    await signaling.close();
    expect(signaling.metrics()).toMatchObject({ closing: 1, rooms: 0, connections: 0, "members.online": 0 });
    expect(counted(signaling)).toEqual({
      joins: 5,
      "exits.expired": 1,
      "exits.lost": 1,
      "exits.kicked": 1,
      "exits.left": 1,
      "exits.closed": 1,
    });
  });

  it("count what is relayed, by its event, and not what is not", async () => {
    const { signaling, ada, bob, ids } = await startMeeting();
    const [idOfAda, idOfBob] = ids;
    await ada.call("offer", { room: "r", to: idOfBob, sdp: "v=0" });
    await bob.call("answer", { room: "r", to: idOfAda, sdp: "v=0" });
    for (let sent = 0; sent < 3; sent += 1) await ada.call("candidate", { room: "r", to: idOfBob, candidate });
    await ada.call("message", { room: "r", to: idOfBob, type: "t", data: 1 });
    await ada.call("message", { room: "r", type: "t", data: 1 });
    await ada.call("offer", { room: "r", to: "nobody", sdp: "v=0" });
    await ada.call("message", { room: "r", to: "nobody", type: "t", data: 1 });
    expect(counted(signaling)).toEqual({
      connections: 3,
      rooms: 1,
      joins: 2,
      "members.online": 2,
      "relayed.offer": 1,
      "relayed.answer": 1,
      "relayed.candidate": 3,
      "relayed.message": 2,
      "rejected.PEER_NOT_FOUND": 2,
    });
  });

  it("count rejections by their code, those of the device gateway too, and no code of others", async () => {
    const { signaling, guest, ids } = await startMeeting({ authorize: ({ room }) => room === "r" });
    await guest.join("secret");
    await guest.call("offer", { room: "r", to: ids[0], sdp: "v=0" });
    guest.send("offer", { room: "r" });
    signaling.reportRejected({ socketId: "d", event: "createAndJoinRoom", code: "UNAUTHORIZED" });
    signaling.reportRejected({ socketId: "d", event: "createAndJoinRoom", code: "__proto__" as "INTERNAL" });
    expect(counted(signaling)).toMatchObject({
      "rejected.UNAUTHORIZED": 2,
      "rejected.NOT_IN_ROOM": 1,
      "rejected.BAD_PAYLOAD": 1,
    });
    expect(Object.keys(signaling.metrics()).filter((name) => name.startsWith("rejected."))).toHaveLength(12);
  });

  it("count sockets that were cut off", async () => {
    const { signaling, guest } = await startMeeting({ rateLimit: { perSecond: 0.001, burst: 3, maxRejections: 2 } });
    for (let sent = 0; sent < 8; sent += 1) guest.send("exit", { room: "r" });
    expect(guest.connected).toBe(false);
    expect(counted(signaling)).toMatchObject({ "cutOffs.flood": 1, "rejected.NOT_IN_ROOM": 3 });
  });

  it("count failures by what has failed", async () => {
    const fail = (): never => {
      throw new Error("broken");
    };
    const { signaling, ada, guest } = await startMeeting({
      authorize: ({ room }) => (room === "r" ? true : fail()),
      iceServers: ({ room }) => (room === "r" ? [] : fail()),
    });
    signaling.on("peerJoined", fail);
    signaling.on("error", fail);
    await guest.join("q");
    expect(counted(signaling), "the listener of `error` fails as well").toMatchObject({
      "faults.authorize": 1,
      "faults.listener": 1,
      "rejected.INTERNAL": 1,
    });
    await ada.join("r", { key: newKey() });
    expect(counted(signaling), "the listener of `peerJoined`, and then the one of `error`").toMatchObject({
      "faults.listener": 3,
    });
  });

  it("count joins that wait for the application, and the time limit of `authorize`", async () => {
    const { signaling, clock, connect } = startMemoryService({
      authorize: async () => new Promise<never>(() => undefined),
    });
    const replies = [connect().join("r"), connect().join("r")];
    expect(counted(signaling)).toEqual({ connections: 2, pendingJoins: 2 });
    clock.advance(5000);
    await Promise.all(replies);
    expect(counted(signaling)).toEqual({ connections: 2, "faults.authorize": 2, "rejected.INTERNAL": 2 });
  });

  it("have names that TypeScript knows", () => {
    const metrics: Metrics = startMemoryService().signaling.metrics();
    const known: number[] = [metrics.joins, metrics["exits.lost"], metrics["cutOffs.slow-reader"]];
    // @ts-expect-error There is no such reason.
    const unknown = metrics["exits.typo"] as unknown;
    expect([known, unknown]).toEqual([[0, 0, 0], undefined]);
  });
});
