import { defaultLimits } from "@sig/protocol";
import { peerIdFromKey } from "@sig/server";
import { type Socket as IoSocket } from "socket.io";
import { describe, expect, it, onTestFinished } from "vitest";
import { startChild, type ChildServer } from "./child-server.js";
import { barrier, newKey, type TestClient } from "./client.js";
import { fuzz } from "./fuzz.js";
import { connectTo, startServer, until } from "./harness.js";
import { RawClient } from "./raw.js";
import { threats } from "./threats.js";

async function childServer(): Promise<ChildServer> {
  const child = await startChild("guarded-relay.ts");
  onTestFinished(() => child.stop());
  return child;
}

// These take long: many thousands of frames, to a process that has to be built and started first.
describe("a process of its own, started with --disable-proto=throw", { timeout: 120_000 }, () => {
  it("T13: survives every hostile value in every place, with nothing uncaught", async () => {
    const child = await childServer();
    await threats.t13.check(
      { url: child.url, connect: (transport) => connectTo(child.url, transport) },
      "websocket",
      true,
    );
    expect(await child.status()).toMatchObject({ uncaught: 0, polluted: false });
    expect(child.running()).toBe(true);
  });

  it("T11: its prototypes stay clean", async () => {
    const child = await childServer();
    await threats.t11.check(
      { url: child.url, connect: (transport) => connectTo(child.url, transport) },
      "websocket",
      true,
    );
    expect(await child.status()).toMatchObject({ uncaught: 0, polluted: false });
  });

  it("T13: survives ten thousand random frames, and two peers notice nothing", async () => {
    const seed = Number(process.env.SIG_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const child = await childServer();
    const [a, b] = [await connectTo(child.url), await connectTo(child.url)];
    const { id: from } = await a.join("calm", { key: newKey() });
    const { id: to } = await b.join("calm", { key: newKey() });
    let raw = await RawClient.connect(child.url);
    let sent = 0;
    for (const frame of fuzz(seed, 10_000, { room: "calm", to })) {
      if (!raw.open) raw = await RawClient.connect(child.url);
      raw.send(frame);
      sent += 1;
      if (sent % 500 !== 0) continue;
      a.emit("offer", { from: "x", to, room: "calm", sdp: `after ${sent}` });
      await b.next("offer", ({ sdp }) => sdp === `after ${sent}`);
    }
    await barrier(a, b);
    expect(await child.status(), `seed ${seed}`).toMatchObject({ uncaught: 0, polluted: false });
    expect(child.running()).toBe(true);
    const strange = b.log.filter(
      ({ event, payload }) => event !== "joined" && (payload as { from?: string }).from !== from && event !== "created",
    );
    const ownWay = strange.filter(
      ({ event }) => !["offer", "answer", "candidate", "message", "metadata", "presence", "exit"].includes(event),
    );
    expect(ownWay, `seed ${seed}`).toEqual([]);
    expect(
      (await child.status()).rooms.find(({ name }) => name === "calm")?.peers,
      `seed ${seed}`,
    ).toBeGreaterThanOrEqual(2);
  });
});

describe("T14: acks", () => {
  it("T14: a call without an ack, with a second argument or with ids used again throws nothing", async () => {
    const { url, signaling, io } = await startServer();
    const faults: unknown[] = [];
    signaling.on("error", (fault) => faults.push(fault));
    const raw = await RawClient.connect(url);
    raw.send('42["createAndJoinRoom",{"room":"r"}]');
    for (let count = 0; count < 5; count += 1) raw.send('427["createAndJoinRoom",{"room":"r"}]');
    raw.send('428["createAndJoinRoom"]');
    raw.send('429["createAndJoinRoom",{"room":"q"},{"room":"s"},"x"]');
    raw.send('4210["offer",7,8]');
    for (const bogus of ["430[]", '431["x"]', '43999999[{"ok":true}]']) raw.send(bogus);
    expect(await raw.call("exit", '{"room":"r"}')).toEqual({ ok: true });
    expect(raw.frames.filter((frame) => frame.startsWith("437["))).toHaveLength(5);
    expect(raw.frames.find((frame) => frame.startsWith("438["))).toContain("BAD_PAYLOAD");
    expect(raw.frames.find((frame) => frame.startsWith("439["))).toContain('"room":"q"');
    expect(faults).toEqual([]);
    const [socket] = io.sockets.sockets.values();
    // Socket.IO's own list of the acks that a server waits for: this library waits for none.
    expect((socket as unknown as { acks: Map<number, unknown> }).acks.size).toBe(0);
  });
});

describe("T15: sizes", () => {
  it("T15: a frame beyond the limit closes its own connection and no other", async () => {
    const { connect, url } = await startServer();
    const [a, b] = [await connect(), await connect()];
    const { id: to } = await b.join("r", { key: newKey() });
    await a.join("r", { key: newKey() });
    const raw = await RawClient.connect(url);
    raw.send(`42["offer",{"sdp":"${"x".repeat(400_000)}"}]`);
    await raw.closed;
    expect(await a.call("offer", { to, room: "r", sdp: "v=0" })).toEqual({ ok: true });
    expect(b.received("exit", "presence")).toEqual([]);
  });

  it("T15: a description at its limit fits in a frame of the recommended size; a longer one is rejected", async () => {
    const { connect } = await startServer();
    const [a, b] = [await connect(), await connect()];
    const { id: to } = await b.join("r", { key: newKey() });
    await a.join("r", { key: newKey() });
    const line = "a=candidate:3442447574 1 udp 2122260223 192.168.0.170 54653 typ host generation 0\r\n";
    const sdp = line.repeat(Math.ceil(defaultLimits.sdp / line.length)).slice(0, defaultLimits.sdp);
    expect(await a.call("offer", { to, room: "r", sdp })).toEqual({ ok: true });
    expect((await b.next("offer")).sdp).toBe(sdp);
    expect(await a.call("offer", { to, room: "r", sdp: `${sdp}x` })).toMatchObject({ code: "TOO_LARGE" });
    expect(a.socket.connected).toBe(true);
  });
});

describe("T34: logs", () => {
  it("T34: hostile text in any place makes one line of a log, with nothing that a terminal interprets", async () => {
    const lines: string[] = [];
    const write = (level: string) => (message: string, fields?: Record<string, unknown>) =>
      lines.push(JSON.stringify({ level, message, ...fields }));
    const { connect, signaling } = await startServer({
      logger: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
      authorize: ({ room }) => (room === "throw" ? Promise.reject(new Error("\u001b[31m evil \n line")) : true),
    });
    const x = await connect();
    const evil = "x\n\u001b[31m\r\u202e\u2028 sdp-bytes";
    const key = newKey();
    await x.call("createAndJoinRoom", { room: "r", key, metadata: evil, token: evil });
    for (const event of ["createAndJoinRoom", "offer", "answer", "candidate", "exit", "message", "metadata"]) {
      x.emit(event, {
        room: evil,
        to: evil,
        sdp: evil,
        candidate: { sdp: evil },
        type: evil,
        data: evil,
        metadata: evil,
      });
      x.emit(event, {
        room: "r",
        to: evil.slice(0, 100),
        sdp: evil,
        candidate: { sdp: "c" },
        type: evil,
        data: evil,
        metadata: evil,
      });
    }
    await x.roundTrip();
    await x.call("createAndJoinRoom", { room: "throw" });
    await signaling.kick("r", peerIdFromKey(key), evil);
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(line).not.toMatch(/sdp-bytes|evil/);
      expect(line.length).toBeLessThan(500);
    }
  });

  it("a logger that throws changes nothing", async () => {
    const broken = () => {
      throw new Error("disk full");
    };
    const { connect } = await startServer({ logger: { debug: broken, info: broken, warn: broken, error: broken } });
    const x = await connect();
    expect(await x.call("createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({ ok: true });
    expect(await x.call("offer", {})).toMatchObject({ code: "BAD_PAYLOAD" });
  });
});

describe("T36: several of them on one server", () => {
  it("T36: rooms of one name in two namespaces are independent, and the application's own events go on", async () => {
    const { io, connect, signaling } = await startServer();
    const { attachSignaling } = await import("@sig/server");
    const other = attachSignaling(io.of("/b"));
    onTestFinished(() => other.close());
    io.of("/b").on("connection", (socket: IoSocket) => {
      void socket.join("r");
      socket.on("chat", (text: string) => socket.to("r").emit("chat", text));
    });
    const inMain: TestClient[] = [await connect(), await connect()];
    const inOther: TestClient[] = [
      await connect("websocket", { namespace: "/b" }),
      await connect("websocket", { namespace: "/b" }),
    ];
    const key = newKey();
    const { id } = await inMain[0]!.join("r", { key });
    await inMain[1]!.join("r");
    const created = await inOther[0]!.join("r", { key: newKey() });
    expect(created.peers).toEqual([]);
    expect(await inOther[0]!.call("offer", { to: id, room: "r", sdp: "v=0" })).toMatchObject({
      code: "PEER_NOT_FOUND",
    });
    expect(
      await inOther[1]!.call("createAndJoinRoom", { room: "r", key }),
      "the same key, in another namespace",
    ).not.toHaveProperty("resumed");
    inOther[0]!.emit("chat", "hello");
    await until("the application's own chat arrives", () => inOther[1]!.log.some(({ event }) => event === "chat"));
    io.emit("news", 1);
    await until("the application's broadcast arrives", () => inMain[0]!.log.some(({ event }) => event === "news"));
    await other.close();
    expect(inMain[0]!.received("exit")).toEqual([]);
    expect(await signaling.rooms()).toEqual([{ name: "r", peers: 2 }]);
  });
});
