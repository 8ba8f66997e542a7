import { attachSignaling, SignalingFault, type SignalingEvents, type SignalingOptions } from "@sig/server";
import { type Socket as IoSocket } from "socket.io";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { runToEnd } from "./child-server.js";
import { barrier, newKey, transports } from "./client.js";
import { connectTo, deferred, startIo, startServer, until } from "./harness.js";

describe("attaching to a live server", () => {
  it("serves sockets that are connected already, and leaves everything of the host's as it was after close", async () => {
    const { io, url } = await startIo();
    const chat = vi.fn();
    io.on("connection", (socket) => {
      void socket.join("r");
      socket.on("chat", (text: string) => {
        chat(text);
        io.to("r").emit("chat", text);
      });
      socket.on("message", () => undefined);
    });
    const [early, other] = [await connectTo(url), await connectTo(url)];
    const [socket] = io.sockets.sockets.values();
    const counts = () => ({
      namespace: io.sockets.eventNames().map((name) => [name, io.sockets.listenerCount(name as "connection")]),
      socket: socket!.eventNames().map((name) => [name, socket!.listenerCount(name)]),
      rooms: [...io.sockets.adapter.rooms.keys()].sort(),
    });
    const before = counts();

    const signaling = attachSignaling(io);
    await early.join("r", { key: newKey() });
    const late = await connectTo(url);
    expect((await late.join("r")).peers).toHaveLength(1);
    expect([...io.sockets.adapter.rooms.keys()].sort(), "no Socket.IO room is made").toEqual([...before.rooms, late.socketId].sort());
    early.emit("chat", "hello");
    await until("the host's chat goes on", () => other.log.some(({ event }) => event === "chat"));
    late.close();
    await until("the host is rid of the socket", () => !io.sockets.sockets.has(late.socketId) && io.sockets.sockets.size === 2);

    await signaling.close();
    expect(counts()).toEqual(before);
    early.emit("chat", "again");
    await until("the host's chat outlives it", () => chat.mock.calls.length === 2);
    expect(early.socket.connected).toBe(true);
  });

  it("a namespace cannot be served twice at once, but again after close", async () => {
    const { io, url } = await startIo();
    const first = attachSignaling(io);
    expect(() => attachSignaling(io.of("/"))).toThrow(/attached to this namespace already/);
    const client = await connectTo(url);
    await client.join("r", { key: newKey() });
    await first.close();
    const second = attachSignaling(io.of("/"));
    onTestFinished(() => second.close());
    expect(await client.call("createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({ ok: true, peers: [] });
  });

  it("says what it needs where it is given something else", () => {
    for (const nothing of [undefined, null, 7, {}, () => undefined]) expect(() => attachSignaling(nothing as never)).toThrow(TypeError);
    expect(() => attachSignaling({} as never)).toThrow(/needs a Socket.IO server/);
  });

  it("takes a server that is no instance of this copy's class, by what it can do", async () => {
    const { io, url } = await startIo();
    const namespace = io.of("/");
    const copy = { of: (name: string) => (name === "/" ? namespace : io.of(name)) };
    const signaling = attachSignaling(copy);
    onTestFinished(() => signaling.close());
    expect(await (await connectTo(url)).join("r")).toMatchObject({ room: "r" });
  });
});

describe("the host's process", () => {
  it("F62: ends by itself once the host closes its server: no timer of an absence, a renewal or a deadline holds it", async () => {
    expect(await runToEnd("short-lived.ts")).toEqual({ code: 0, said: { rooms: [{ name: "r", peers: 2 }] } });
  });
});

describe("options that cannot be meant", () => {
  const wrong: [string, unknown][] = [
    ["graceMs", -1],
    ["graceMs", 1.5],
    ["graceMs", "30"],
    ["graceMs", 2 ** 31],
    ["maxPeersPerRoom", 0],
    ["maxRoomsPerSocket", Number.NaN],
    ["authorizeTimeoutMs", 0],
    ["authorize", true],
    ["metadata", {}],
    ["messages", { chat: {} }],
    ["messages", []],
    ["iceServers", "stun:x"],
    ["iceServers", [{ url: "stun:x" }]],
    ["limits", { sdp: 0 }],
    ["limits", { sdpp: 1 }],
    ["limits", 7],
    ["rateLimit", true],
    ["rateLimit", { perSecond: -1 }],
    ["rateLimit", { burts: 1 }],
    ["roster", {}],
    ["logger", { info: () => undefined }],
    ["authorise", () => false],
  ];
  it.each(wrong)("%s: %j throws a TypeError that names it, and attaches nothing", async (name, value) => {
    const { io } = await startIo();
    const attach = () => attachSignaling(io, { [name]: value } as SignalingOptions<IoSocket>);
    expect(attach).toThrow(TypeError);
    expect(attach).toThrow(name);
    expect(io.sockets.listenerCount("connection")).toBe(0);
  });
});

describe.each(transports)("authorize over %s", (transport) => {
  it("is asked with the socket, the token and the metadata, and lets in on true or nothing", async () => {
    const asked: unknown[] = [];
    const { connect } = await startServer({
      authorize: ({ socket, ...request }) => {
        asked.push({ user: socket.handshake.auth.user as unknown, ...request });
        return request.room === "nothing" ? undefined : true;
      },
    });
    const client = await connect(transport, { auth: { user: "ada" } });
    expect(await client.call("createAndJoinRoom", { room: "r", token: "t", metadata: { a: 1 } })).toMatchObject({ ok: true });
    expect(await client.call("createAndJoinRoom", { room: "nothing", key: newKey() })).toMatchObject({ ok: true });
    expect(asked).toEqual([
      { user: "ada", room: "r", token: "t", metadata: { a: 1 }, resumed: false },
      { user: "ada", room: "nothing", resumed: false },
    ]);
  });

  it("refuses on false, on a reason, and where it throws; the host hears of what it threw", async () => {
    const { connect, signaling } = await startServer({
      authorize: ({ room }) => {
        if (room === "throws") throw new Error("database down");
        if (room === "rejects") return Promise.reject(new Error("database down"));
        if (room === "long") return "x".repeat(1000);
        return room === "strange" ? (7 as unknown as boolean) : false;
      },
    });
    const faults: SignalingFault[] = [];
    signaling.on("error", (fault) => faults.push(fault));
    const client = await connect(transport);
    for (const room of ["no", "throws", "rejects", "long", "strange"]) {
      const reply = await client.call("createAndJoinRoom", { room });
      expect(reply, room).toMatchObject({ ok: false, code: "UNAUTHORIZED", retryable: false });
      expect((reply as { message: string }).message.length).toBeLessThanOrEqual(256);
      expect((reply as { message: string }).message).not.toContain("database");
    }
    expect(faults.map(({ source, cause }) => [source, (cause as Error).message])).toEqual([
      ["authorize", "database down"],
      ["authorize", "database down"],
    ]);
    expect(faults[0]).toBeInstanceOf(SignalingFault);
    expect(await signaling.rooms()).toEqual([]);
  });

  it("F58: is given up on after authorizeTimeoutMs; an answer after that lets nobody in", async () => {
    const gate = deferred<boolean>();
    const { connect, signaling } = await startServer({
      authorizeTimeoutMs: 40,
      authorize: ({ room }) => (room === "slow" ? gate.promise : true),
    });
    const faults = vi.fn();
    signaling.on("error", faults);
    const client = await connect(transport);
    const reply = await client.call("createAndJoinRoom", { room: "slow", key: newKey() });
    expect(reply).toMatchObject({ ok: false, code: "UNAUTHORIZED", message: expect.stringMatching(/timed out after 40 ms/) as string });
    gate.resolve(true);
    await client.roundTrip();
    expect(client.heard("created")).toEqual([]);
    expect(faults).toHaveBeenCalledOnce();
  });

  it("an answer that comes after the socket has gone lets nobody in", async () => {
    const gate = deferred<boolean>();
    let asked = 0;
    const { connect, signaling, io } = await startServer({
      authorize: ({ room }) => {
        if (room !== "r") return true;
        asked += 1;
        return gate.promise;
      },
    });
    const [gone, client] = [await connect(transport), await connect(transport)];
    gone.emit("createAndJoinRoom", { room: "r", key: newKey() });
    await until("the host is asked", () => asked === 1);
    gone.close();
    await until("the server has noticed", () => io.sockets.sockets.size === 1);
    gate.resolve(true);
    await client.roundTrip();
    expect((await signaling.rooms()).map(({ name }) => name)).not.toContain("r");
  });
});

describe("kick", () => {
  it("removes a peer with the host's words, tells the others that it was kicked, and keeps its id out", async () => {
    const { connect, signaling } = await startServer();
    const [victim, keyed, seed] = [await connect(), await connect(), await connect()];
    const key = newKey();
    await keyed.join("r", { key: newKey() });
    await seed.join("r");
    const { id } = await victim.join("r", { key });
    expect(await signaling.kick("r", id, "Please be kind.\n")).toBe(true);
    expect(await victim.next("exit")).toEqual({ from: id, room: "r", reason: "kicked", message: "Please be kind.\\u{a}" });
    expect(await keyed.next("exit")).toEqual({ from: id, room: "r", reason: "kicked" });
    expect(await seed.next("exit")).toEqual({ from: id, room: "r" });
    expect(await victim.call("message", { room: "r", type: "x", data: 1 })).toMatchObject({ code: "NOT_IN_ROOM" });
    expect(await victim.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "KICKED", retryable: false });
    expect(await (await connect()).call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "KICKED" });
    expect(await victim.call("createAndJoinRoom", { room: "q", key })).toMatchObject({ ok: true });
    expect(await signaling.kick("r", id)).toBe(false);
    expect(await signaling.kick("nowhere", id)).toBe(false);
  });

  it("a peer without a key hears the seed's exit; the ban ends with the room", async () => {
    const { connect, signaling } = await startServer();
    const victim = await connect();
    await victim.join("r");
    expect(await signaling.kick("r", victim.socketId, "why")).toBe(true);
    expect(await victim.next("exit")).toEqual({ from: victim.socketId, room: "r" });
    expect(await victim.call("createAndJoinRoom", { room: "r" })).toMatchObject({ ok: true });
  });

  it("a peer that is away can be kicked, and does not come back", async () => {
    const { connect, signaling } = await startServer();
    const [victim, witness] = [await connect(), await connect()];
    const key = newKey();
    const { id } = await victim.join("r", { key });
    await witness.join("r", { key: newKey() });
    victim.close();
    await witness.next("presence");
    expect(await signaling.kick("r", id)).toBe(true);
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "kicked" });
    expect(await (await connect()).call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "KICKED" });
  });

  it("a peer that is kicked while its join waits stays out", async () => {
    const gates = [deferred<boolean>(), deferred<boolean>()];
    let asked = 0;
    const { connect, signaling } = await startServer({ authorize: ({ resumed }) => (resumed ? gates[asked++]!.promise : true) });
    const [first, second, witness] = [await connect(), await connect(), await connect()];
    await witness.join("r", { key: newKey() });
    const key = newKey();
    const { id } = await first.join("r", { key });
    const returning = second.call("createAndJoinRoom", { room: "r", key });
    await until("the host is asked", () => asked === 1);
    await signaling.kick("r", id);
    gates[0]!.resolve(true);
    expect(await returning).toMatchObject({ code: "KICKED" });
  });
});

describe("send", () => {
  it("reaches peers with a key as a message from the server", async () => {
    const { connect, signaling } = await startServer();
    const [a, b, seed] = [await connect(), await connect(), await connect()];
    const { id } = await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    await seed.join("r");
    signaling.send("r", "notice", { text: "closing soon" });
    const expected = { from: "server", room: "r", type: "notice", data: { text: "closing soon" } };
    expect(await a.next("message")).toEqual(expected);
    expect(await b.next("message")).toEqual(expected);
    signaling.send("r", "notice", null, id);
    expect(await a.next("message")).toEqual({ ...expected, data: null });
    signaling.send("r", "notice", 1, seed.socketId);
    signaling.send("nowhere", "notice", 1);
    await barrier(a, b, seed);
    expect([b.heard("message").length, seed.heard("message").length]).toEqual([1, 0]);
  });

  it("throws a TypeError for what is no message", async () => {
    const { signaling } = await startServer();
    const circular: unknown[] = [];
    circular.push(circular);
    for (const data of [undefined, () => 1, 1n, new Map(), "x".repeat(20_000), circular])
      expect(() => signaling.send("r", "t", data)).toThrow(TypeError);
    for (const type of ["", "x".repeat(65), 7 as unknown as string]) expect(() => signaling.send("r", type, 1)).toThrow(/type/);
    expect(() => signaling.send(7 as unknown as string, "t", 1)).toThrow(/room/);
    expect(() => signaling.send("r", "t", 1, ["x"] as unknown as string)).toThrow(/to/);
  });
});

describe("close", () => {
  it("F62: tells every member, refuses joins that wait, and gives the same promise again", async () => {
    const gate = deferred<boolean>();
    let asked = 0;
    const { connect, signaling, io } = await startServer({
      authorize: ({ room }) => {
        if (room !== "waits") return true;
        asked += 1;
        return gate.promise;
      },
    });
    const left: unknown[] = [];
    signaling.on("peerLeft", (detail) => {
      left.push(detail.reason);
      void signaling.close();
    });
    const [keyed, seed, waiting] = [await connect(), await connect(), await connect()];
    const { id } = await keyed.join("r", { key: newKey() });
    await seed.join("r");
    const joining = waiting.call("createAndJoinRoom", { room: "waits", key: newKey() });
    await until("the host is asked", () => asked === 1);
    const first = signaling.close();
    expect(signaling.close()).toBe(first);
    await first;
    expect(await keyed.next("exit")).toEqual({ from: id, room: "r", reason: "closed" });
    expect(await seed.next("exit")).toEqual({ from: seed.socketId, room: "r" });
    expect(await joining).toMatchObject({ ok: false, code: "CLOSING", retryable: true });
    expect(left).toEqual(["closed", "closed"]);
    gate.resolve(true);
    expect(await signaling.rooms()).toEqual([]);
    expect(io.sockets.sockets.size).toBe(3);
    expect([keyed.heard("exit").length, waiting.heard("created").length]).toEqual([1, 0]);
  });

  it("ends the grace of those who are away: no timer is left and nothing more is told", async () => {
    const { connect, signaling } = await startServer({ graceMs: 60_000 });
    const events: string[] = [];
    signaling.on("peerLeft", ({ reason }) => events.push(reason));
    const [a, b] = [await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    a.close();
    await b.next("presence");
    await signaling.close();
    expect(events).toEqual(["closed", "closed"]);
  });
});

describe("events for the host", () => {
  it("tells of joins, absences, returns, leavings, relays and refusals", async () => {
    const { connect, signaling } = await startServer({ graceMs: 60_000 });
    const told: [string, unknown][] = [];
    const names: (keyof SignalingEvents)[] = ["peerJoined", "peerLeft", "peerAway", "peerBack", "relayed", "rejected", "error"];
    for (const name of names) signaling.on(name, (detail) => told.push([name, detail]));
    const [a, b] = [await connect(), await connect()];
    const key = newKey();
    const seed = { id: b.socketId, keyed: false, state: "online" };
    await b.join("r");
    const { id } = await a.join("r", { key, metadata: { name: "Ada" } });
    await a.call("offer", { room: "r", to: b.socketId, sdp: "v=0" });
    await a.call("offer", { room: "r", to: "nobody", sdp: "v=0" });
    a.close();
    await until("it is away", () => told.some(([name]) => name === "peerAway"));
    const again = await connect();
    await again.join("r", { key });
    again.emit("exit", { room: "r" });
    await again.roundTrip();
    const peer = { id, keyed: true, state: "online", metadata: { name: "Ada" } };
    expect(told.filter(([, detail]) => !JSON.stringify(detail).includes("round-trip"))).toEqual([
      ["peerJoined", { room: "r", peer: seed }],
      ["peerJoined", { room: "r", peer }],
      ["relayed", { room: "r", from: id, to: b.socketId, event: "offer" }],
      ["rejected", { socketId: expect.any(String) as string, event: "offer", code: "PEER_NOT_FOUND" }],
      ["peerAway", { room: "r", peer: { ...peer, state: "away" } }],
      ["peerBack", { room: "r", peer }],
      ["peerLeft", { room: "r", peer, reason: "left" }],
    ]);
  });

  it("F58: a listener that throws or rejects is told of as an error and breaks nothing", async () => {
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
    const heard = vi.fn();
    const off = signaling.on("peerJoined", heard);
    const client = await connect();
    await client.join("r", { key: newKey() });
    await until("both are told of", () => faults.length === 2);
    expect(faults.map(({ cause }) => (cause as Error).message)).toEqual(["first", "second"]);
    expect(heard).toHaveBeenCalledOnce();
    off();
    off();
    await client.join("q", { key: newKey() });
    expect(heard).toHaveBeenCalledOnce();
    expect(() => signaling.on("nonsense" as "error", () => undefined)).toThrow(TypeError);
  });

  it("a peer may be kicked from within the listener that hears of it", async () => {
    const { connect, signaling } = await startServer();
    signaling.on("peerJoined", ({ room, peer }) => signaling.kick(room, peer.id, "not you"));
    const client = await connect();
    const order: string[] = [];
    client.socket.onAny((event: string) => order.push(event));
    client.emit("createAndJoinRoom", { room: "r", key: newKey() }, ({ ok }: { ok: boolean }) => order.push(`ack ${ok}`));
    await client.next("exit");
    expect(order).toEqual(["created", "ack true", "exit"]);
  });

  it("a listener of the host's for outgoing packets that throws stops nobody else from hearing", async () => {
    const { io, connect, signaling } = await startServer();
    const faults = vi.fn();
    signaling.on("error", faults);
    const [a, b, c] = [await connect(), await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    io.sockets.sockets.get(a.socketId)?.onAnyOutgoing(() => {
      throw new Error("host's own");
    });
    const { id } = await c.join("r", { key: newKey() });
    expect(await b.next("joined", (joined) => joined.id === id)).toBeDefined();
    expect(faults).toHaveBeenCalled();
  });
});

describe("schemas of the host's", () => {
  const chat = z.object({ text: z.string() });

  it("metadata is judged on joining and on change, and others see what the schema makes of it", async () => {
    const { connect } = await startServer({ metadata: z.object({ name: z.string().trim() }) });
    const [a, b, seed] = [await connect(), await connect(), await connect()];
    expect(await a.call("createAndJoinRoom", { room: "r", key: newKey(), metadata: { name: 7 } })).toMatchObject({ code: "BAD_PAYLOAD" });
    expect(await a.call("createAndJoinRoom", { room: "r", key: newKey() }), "with a key it must say").toMatchObject({
      code: "BAD_PAYLOAD",
    });
    const { id } = await a.join("r", { key: newKey(), metadata: { name: " Ada ", more: 1 } });
    expect((await b.join("r", { key: newKey(), metadata: { name: "Bo" } })).peers).toEqual([
      { id, state: "online", metadata: { name: "Ada" } },
    ]);
    expect(await a.call("metadata", { room: "r", metadata: {} })).toMatchObject({ code: "BAD_PAYLOAD" });
    expect(await a.call("metadata", { room: "r", metadata: { name: " Eve " } })).toEqual({ ok: true });
    expect(await b.next("metadata")).toEqual({ id, room: "r", metadata: { name: "Eve" } });
    expect(await seed.join("r"), "a client of the seed protocol still gets in").toMatchObject({ room: "r" });
  });

  it("messages are judged by their type and passed on as they came", async () => {
    const { connect } = await startServer({ messages: { chat: chat.transform(({ text }) => ({ text: text.toUpperCase() })) } });
    const [a, b] = [await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    for (const type of ["other", "constructor", "__proto__", "toString"]) {
      expect(await a.call("message", { room: "r", type, data: { text: "x" } }), type).toMatchObject({ code: "BAD_PAYLOAD" });
    }
    expect(await a.call("message", { room: "r", type: "chat", data: {} })).toMatchObject({ code: "BAD_PAYLOAD" });
    expect(await a.call("message", { room: "r", type: "chat", data: { text: "hi" } })).toEqual({ ok: true });
    expect((await b.next("message")).data).toEqual({ text: "hi" });
  });

  it("the messages of one sender keep their order, however long a schema takes", async () => {
    const slow = chat.refine(async ({ text }) => {
      await new Promise((resolve) => setTimeout(resolve, text === "first" ? 40 : 0));
      return true;
    });
    const { connect } = await startServer({ messages: { slow, quick: chat } });
    const [a, b] = [await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    a.emit("message", { room: "r", type: "slow", data: { text: "first" } });
    a.emit("message", { room: "r", type: "slow", data: { text: "second" } });
    await a.call("message", { room: "r", type: "quick", data: { text: "third" } });
    await b.roundTrip();
    expect(b.heard("message").map(([, payload]) => (payload as { data: { text: string } }).data.text)).toEqual([
      "first",
      "second",
      "third",
    ]);
  });

  it("a message whose sender left while it was judged reaches nobody", async () => {
    const gate = deferred<boolean>();
    const { connect } = await startServer({ messages: { slow: z.any().refine(() => gate.promise) } });
    const [a, b] = [await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    const sending = a.call("message", { room: "r", type: "slow", data: 1 });
    await a.call("exit", { room: "r" });
    gate.resolve(true);
    expect(await sending).toMatchObject({ code: "NOT_IN_ROOM" });
    await b.roundTrip();
    expect(b.heard("message")).toEqual([]);
  });

  it("a schema that throws, or that makes what is no JSON, refuses with INTERNAL and is told to the host", async () => {
    const { connect, signaling } = await startServer({
      metadata: z
        .any()
        .transform((value: unknown) => (value === "map" ? new Map() : value === "throw" ? (JSON.parse("{") as unknown) : value)),
    });
    const faults = vi.fn();
    signaling.on("error", faults);
    const a = await connect();
    await a.join("r", { key: newKey(), metadata: 1 });
    expect(await a.call("metadata", { room: "r", metadata: "map" })).toMatchObject({ code: "INTERNAL", retryable: true });
    expect(await a.call("metadata", { room: "r", metadata: "throw" })).toMatchObject({ code: "INTERNAL" });
    expect(faults).toHaveBeenCalledTimes(2);
    expect((await signaling.peers("r"))[0]?.metadata).toBe(1);
  });
});

describe("iceServers", () => {
  const stun = { urls: "stun:stun.example.org" };

  it("a list is handed to peers with a key, on joining and on asking", async () => {
    const { connect } = await startServer({ iceServers: [stun] });
    const [a, seed] = [await connect(), await connect()];
    expect(await a.join("r", { key: newKey() })).toMatchObject({ iceServers: [stun] });
    expect(await seed.join("r")).not.toHaveProperty("iceServers");
    expect(await a.call("iceServers", { room: "r" })).toEqual({ ok: true, iceServers: [stun] });
    expect(await a.call("iceServers", {})).toEqual({ ok: true, iceServers: [stun] });
    expect(await a.call("iceServers", { room: "q" })).toMatchObject({ code: "NOT_IN_ROOM" });
    for (const payload of [{ room: "r" }, {}]) expect(await seed.call("iceServers", payload)).toMatchObject({ code: "NOT_IN_ROOM" });
  });

  it("T31: a function makes them for each peer, and nobody sees another's", async () => {
    let made = 0;
    const { connect } = await startServer({
      iceServers: async ({ id, room, socket }) => {
        made += 1;
        return { iceServers: [{ urls: ["turn:x"], username: `${room}-${id}-${made}`, credential: socket.id }], ttl: 600 };
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

  it("where the function fails, is too slow or makes nonsense, the join goes on without and the host is told", async () => {
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
    const { connect } = await startServer({ iceServers: () => ({ iceServers: [{ urls: `turn:${++made}` }], ttl: 0.01 }) });
    const a = await connect();
    expect((await a.join("r", { key: newKey() })).iceServers).toEqual([{ urls: "turn:1" }]);
    expect(await a.next("iceServers")).toEqual({ iceServers: [{ urls: "turn:2" }], iceServersTtl: 0.01 });
    await a.call("exit", { room: "r" });
    expect(a.heard("iceServers")).toHaveLength(1);
  });

  it("a server without any answers an empty ack", async () => {
    const { connect } = await startServer();
    const a = await connect();
    expect(await a.join("r", { key: newKey() })).not.toHaveProperty("iceServers");
    expect(await a.call("iceServers", { room: "r" })).toEqual({ ok: true });
  });
});
