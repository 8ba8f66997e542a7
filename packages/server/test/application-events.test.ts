import {
  MemoryRoster,
  peerIdFromKey,
  type Admission,
  type RosterEntry,
  type Signaling,
  type SignalingEvents,
  type SignalingFault,
} from "@sig/server";
import { describe, expect, it, vi } from "vitest";
import { barrier, newKey } from "./client.js";
import { startServer, until } from "./harness.js";
import { startMemoryService, type MemorySocket } from "./memory-service.js";

describe("events for the application", () => {
  it("are emitted for joins, absences, returns, exits, relays and rejections", async () => {
    const { connect, signaling } = await startServer({ graceMs: 60_000 });
    const events: [string, unknown][] = [];
    const names: (keyof SignalingEvents)[] = [
      "peerJoined",
      "peerLeft",
      "peerAway",
      "peerBack",
      "relayed",
      "rejected",
      "cutOff",
      "error",
    ];
    for (const name of names) signaling.on(name, (detail) => events.push([name, detail]));
    const [a, b] = [await connect(), await connect()];
    const key = newKey();
    const common = { room: "r", joinedAt: expect.any(Number) as number };
    const legacy = { ...common, id: b.socketId, keyed: false, state: "online", socketId: b.socketId };
    await b.join("r");
    const firstId = a.socketId;
    const { id } = await a.join("r", { key, metadata: { name: "Ada" } });
    await a.call("offer", { room: "r", to: b.socketId, sdp: "v=0" });
    await a.call("offer", { room: "r", to: "nobody", sdp: "v=0" });
    a.close();
    await until("it is away", () => events.some(([name]) => name === "peerAway"));
    const again = await connect();
    await again.join("r", { key });
    again.emit("exit", { room: "r" });
    await again.roundTrip();
    const peer = { ...common, id, keyed: true, state: "online", metadata: { name: "Ada" } };
    expect(events.filter(([, detail]) => !JSON.stringify(detail).includes("round-trip"))).toEqual([
      ["peerJoined", { room: "r", peer: legacy }],
      ["peerJoined", { room: "r", peer: { ...peer, socketId: firstId } }],
      ["relayed", { room: "r", from: id, to: b.socketId, event: "offer" }],
      [
        "rejected",
        { socketId: expect.any(String) as string, event: "offer", code: "PEER_NOT_FOUND", room: "r", peerId: id },
      ],
      ["peerAway", { room: "r", peer: { ...peer, state: "away" } }],
      ["peerBack", { room: "r", peer: { ...peer, socketId: again.socketId } }],
      ["peerLeft", { room: "r", peer: { ...peer, socketId: again.socketId }, reason: "left" }],
    ]);
  });

  it("F58: a listener that throws or rejects is reported as `error` and breaks nothing", async () => {
    const { connect, signaling } = await startServer();
    const faults: SignalingFault[] = [];
    signaling.on("error", (fault) => {
      faults.push(fault);
      throw new Error("even this one");
    });
    signaling.on("peerJoined", () => {
      throw new Error("first");
    });
    signaling.on("peerJoined", async () => Promise.reject(new Error("second")));
    const listener = vi.fn();
    const off = signaling.on("peerJoined", listener);
    const client = await connect();
    await client.join("r", { key: newKey() });
    await until("both are reported", () => faults.length === 2);
    expect(faults.map(({ cause }) => (cause as Error).message)).toEqual(["first", "second"]);
    expect(listener).toHaveBeenCalledOnce();
    off();
    off();
    await client.join("q", { key: newKey() });
    expect(listener).toHaveBeenCalledOnce();
    expect(() => signaling.on("nonsense" as "error", () => undefined)).toThrow(TypeError);
  });

  it("a peer may be kicked from within the listener of `peerJoined`", async () => {
    const { connect, signaling } = await startServer();
    signaling.on("peerJoined", ({ room, peer }) => signaling.kick(room, peer.id, "not you"));
    const client = await connect();
    const order: string[] = [];
    client.socket.onAny((event: string) => order.push(event));
    client.emit("createAndJoinRoom", { room: "r", key: newKey() }, ({ ok }: { ok: boolean }) =>
      order.push(`ack ${ok}`),
    );
    await client.next("exit");
    expect(order).toEqual(["created", "ack true", "exit"]);
  });

  it("a listener of the application for outgoing packets that throws does not stop events to others", async () => {
    const { io, connect, signaling } = await startServer();
    const faults = vi.fn();
    signaling.on("error", faults);
    const [a, b, c] = [await connect(), await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    io.sockets.sockets.get(a.socketId)?.onAnyOutgoing(() => {
      throw new Error("a listener of the application");
    });
    const { id } = await c.join("r", { key: newKey() });
    expect(await b.next("joined", (joined) => joined.id === id)).toBeDefined();
    expect(faults).toHaveBeenCalled();
  });
});

describe("U22: events say what happened", () => {
  type Details = Partial<{ [Event in keyof SignalingEvents]: SignalingEvents[Event][] }>;

  function recordEvents(signaling: Signaling): Details {
    const details: Details = {};
    for (const name of ["peerAway", "peerLeft", "rejected", "cutOff"] as const)
      signaling.on(name, (detail) => ((details[name] ??= []) as unknown[]).push(detail));
    return details;
  }

  const flood = (socket: MemorySocket): void => {
    for (let event = 0; event < 1_000; event += 1) socket.send("exit", { room: "nowhere" });
  };

  it("U22: a flood is cut off with a reason; a lost connection has none", async () => {
    const log: [string, unknown][] = [];
    const ignore = (): void => undefined;
    const logger = {
      debug: ignore,
      info: ignore,
      error: ignore,
      warn: (text: string, fields?: object) => log.push([text, fields]),
    };
    const { connect, signaling } = startMemoryService({ logger });
    const details = recordEvents(signaling);
    const [attacker, other, stranger, legacy] = [connect(), connect(), connect(), connect()];
    const key = newKey();
    const id = peerIdFromKey(key);
    await attacker.join("r", { key });
    await attacker.join("q", { key });
    await other.join("r");
    await legacy.call("createAndJoinRoom", { room: "r" });
    flood(attacker);
    other.disconnect();
    flood(stranger);
    flood(legacy);
    expect(details.cutOff).toEqual([
      {
        socketId: attacker.id,
        reason: "flood",
        peers: [
          { room: "r", id },
          { room: "q", id },
        ],
      },
      { socketId: stranger.id, reason: "flood", peers: [] },
      { socketId: legacy.id, reason: "flood", peers: [{ room: "r", id: legacy.id }] },
    ]);
    expect(details.peerAway?.map(({ room, peer, reason }) => [room, peer.id === id, reason])).toEqual([
      ["r", true, "flood"],
      ["q", true, "flood"],
      ["r", false, undefined],
    ]);
    expect(details.peerLeft).toMatchObject([{ peer: { id: legacy.id }, reason: "lost" }]);
    expect(log[0]).toEqual(["socket cut off", { socket: attacker.id, reason: "flood", rooms: "r q" }]);
  });

  it("U22: a rejection names the room and the peer, and nothing else of the payload", async () => {
    const { connect, signaling } = startMemoryService({ authorize: ({ token }) => token !== "secret" });
    const details = recordEvents(signaling);
    const guest = connect();
    const key = newKey();
    const peerId = peerIdFromKey(key);
    await guest.join("r", { key, token: "secret", metadata: { email: "ada@example.org" } });
    await guest.join("r", { key });
    await guest.call("offer", { room: "r", to: "nobody", sdp: "v=0" });
    await guest.call("offer", { room: "elsewhere", to: "nobody", sdp: "v=0" });
    await guest.call("createAndJoinRoom", { room: "new\nline", key: "short" });
    await guest.call("createAndJoinRoom", null);
    const { id: socketId } = guest;
    expect(details.rejected).toEqual([
      { socketId, event: "createAndJoinRoom", code: "UNAUTHORIZED", room: "r", peerId },
      { socketId, event: "offer", code: "PEER_NOT_FOUND", room: "r", peerId },
      { socketId, event: "offer", code: "NOT_IN_ROOM", room: "elsewhere" },
      { socketId, event: "createAndJoinRoom", code: "BAD_PAYLOAD", peerId: peerIdFromKey("short") },
      { socketId, event: "createAndJoinRoom", code: "BAD_PAYLOAD", peerId: socketId },
    ]);
  });

  it("U22: events and logs of a socket that has a user name the user", async () => {
    class UserRoster extends MemoryRoster {
      override add(room: string, entry: RosterEntry, maxPeers: number): Admission {
        return super.add(room, Object.assign(entry, { user: "ada" }), maxPeers);
      }
    }
    const { connect, signaling } = startMemoryService({ roster: new UserRoster() });
    const details = recordEvents(signaling);
    const peer = connect();
    await peer.join("r");
    flood(peer);
    expect(details.rejected?.[0]).toMatchObject({ user: "ada" });
    expect(details.cutOff).toMatchObject([{ reason: "flood", peers: [{ room: "r", user: "ada" }] }]);
  });
});

describe("send", () => {
  it("reaches peers with a key as a message from the server", async () => {
    const { connect, signaling } = await startServer();
    const [a, b, legacy] = [await connect(), await connect(), await connect()];
    const { id } = await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    await legacy.join("r");
    signaling.send("r", "notice", { text: "closing soon" });
    const expected = { from: "server", room: "r", type: "notice", data: { text: "closing soon" } };
    expect(await a.next("message")).toEqual(expected);
    expect(await b.next("message")).toEqual(expected);
    signaling.send("r", "notice", null, id);
    expect(await a.next("message")).toEqual({ ...expected, data: null });
    signaling.send("r", "notice", 1, legacy.socketId);
    signaling.send("nowhere", "notice", 1);
    await barrier(a, b, legacy);
    expect([b.received("message").length, legacy.received("message").length]).toEqual([1, 0]);
  });

  it("throws a TypeError for an invalid message", async () => {
    const { signaling } = await startServer();
    const circular: unknown[] = [];
    circular.push(circular);
    for (const data of [undefined, () => 1, 1n, new Map(), "x".repeat(20_000), circular])
      expect(() => signaling.send("r", "t", data)).toThrow(TypeError);
    for (const type of ["", "x".repeat(65), 7 as unknown as string])
      expect(() => signaling.send("r", type, 1)).toThrow(/type/);
    expect(() => signaling.send(7 as unknown as string, "t", 1)).toThrow(/room/);
    expect(() => signaling.send("r", "t", 1, ["x"] as unknown as string)).toThrow(/to/);
  });
});
