import { redisRoster } from "@sig/server/redis";
import { createClient } from "redis";
import { describe, expect, it, onTestFinished } from "vitest";
import { newKey } from "../client.js";
import { startServer, until } from "../harness.js";
import { type Cluster } from "../history/cluster.js";
import { connectSocket } from "../history/recorded-peer.js";
import { hasRedis, RedisServer } from "../redis/redis-server.js";
import { withClusters } from "./clusters.js";

const isLong = process.env.SIG_LONG !== undefined;

describe.skipIf(!hasRedis)("several nodes under load", () => {
  const start = withClusters();

  /** So many sockets, one after the other on each node, which several peers may share. */
  const sockets = async (cluster: Cluster, count: number) => {
    const made = Array.from({ length: count }, (_, at) => connectSocket(cluster.nodes[at % cluster.nodes.length]!.url));
    onTestFinished(() => {
      for (const socket of made) socket.disconnect();
    });
    await Promise.all(made.map((socket) => new Promise<void>((resolve) => socket.once("connect", resolve))));
    return made;
  };

  const batches = isLong ? 125 : 2;
  it(`F50: twenty that join at once on three nodes find each other, each once: ${batches * 8} rooms`, async () => {
    const cluster = await start(3, { rateLimit: false });
    const shared = await sockets(cluster, 20);
    for (let batch = 0; batch < batches; batch += 1) {
      for (let at = 0; at < 8; at += 1) for (const socket of shared) cluster.connect(socket, `f50-${batch}-${at}`);
      await Promise.all(cluster.peers.map((peer) => peer.until("the join", () => peer.isMember)));
      await cluster.settled();
      for (const peer of cluster.peers) {
        const [first, second, ...rest] = peer.events.map(({ type }) => type);
        expect([first, second]).toEqual(["connected", "created"]);
        expect(new Set(rest).has("created")).toBe(false);
        const others = [...peer.seen("created")[0]!.peers, ...peer.seen("joined")].map(({ id }) => id);
        expect([others.length, new Set(others).size]).toEqual([19, 19]);
      }
      await Promise.all(cluster.peers.map((peer) => peer.leave()));
      for (const peer of cluster.peers.splice(0)) peer.forget();
    }
  }, 1_800_000);

  it("F52: nothing of a peer arrives after its exit, nor at a peer after its own", async () => {
    const cluster = await start(2, { rateLimit: false });
    const [ada, bob] = [await cluster.join(cluster.node(0)), await cluster.join(cluster.node(1))];
    for (let round = 0; round < 50; round += 1) {
      const [leaver, stayer] = round % 2 === 0 ? [ada, bob] : [bob, ada];
      leaver.send(stayer.id, 3, `leaver-${round}`);
      stayer.send(leaver.id, 3, `stayer-${round}`);
      const left = leaver.leave();
      await stayer.until("the exit", () => stayer.seen("exit").at(-1)?.id === leaver.id && !stayer.knows(leaver.id));
      await left;
      leaver.abandonAll();
      leaver.comeBack();
      await leaver.until("the return", () => leaver.isMember);
      await stayer.until("the return", () => stayer.knows(leaver.id));
    }
    await cluster.delivered();
    await cluster.settled();
  });

  it("F54: a room of fifty that join within a second connect within 30 s, and nobody is throttled", async () => {
    const cluster = await start(2);
    // Whoever resends what only waits for its turn makes it worse.
    for (let at = 0; at < 50; at += 1) cluster.connect().resendMs = 10_000;
    await Promise.all(cluster.peers.map((peer) => peer.until("the join", () => peer.isMember)));
    const before = performance.now();
    // A description in each direction of each of the 1,225 pairs, and a candidate in answer to each.
    cluster.chatter(1);
    await cluster.delivered(30_000 - (performance.now() - before));
    await cluster.settled();
    expect(cluster.peers.flatMap(({ rejections }) => rejections)).toEqual([]);
  }, 90_000);

  const storm = isLong ? 5000 : 300;
  it(`F55: ${storm} clients are back within 15 s after their node was killed and started again`, async () => {
    const cluster = await start(2, { graceMs: 60_000 });
    const [one] = [cluster.node(0)];
    for (let at = 0; at < storm; at += 1) cluster.connect(one, `f55-${Math.floor(at / 10)}`);
    await Promise.all(cluster.peers.map((peer) => peer.until("the join", () => peer.isMember, 120_000)));
    await one.kill();
    await one.start();
    const before = performance.now();
    await Promise.all(cluster.peers.map((peer) => peer.until("the return", () => peer.isMember, 60_000)));
    expect(performance.now() - before).toBeLessThan(15_000);
    const joins = cluster.peers.map((peer) => {
      const types = peer.events.map(({ type }) => type);
      const [at, from] = [types.lastIndexOf("created"), types.lastIndexOf("connected")];
      return peer.times[at]! - peer.times[from]!;
    });
    joins.sort((first, second) => first - second);
    expect(joins[Math.floor(joins.length * 0.99)]).toBeLessThan(3000);
    for (const node of cluster.nodes) expect((await node.resources()).longestDelayMs).toBeLessThan(2000);
    await cluster.settled(60_000);
    expect(cluster.peers.flatMap((peer) => peer.seen("exit"))).toEqual([]);
  }, 300_000);

  const rounds = isLong ? 25_000 : 250;
  it(`F60: ${rounds * 4} joins and exits leave nothing behind, in the nodes or in Redis`, async () => {
    const cluster = await start(2, { rateLimit: false });
    const redis = createClient({ socket: { host: "127.0.0.1", port: cluster.redis.port } });
    await redis.connect();
    onTestFinished(() => redis.destroy());
    const shared = await sockets(cluster, 4);
    const visit = async (times: number): Promise<void> => {
      for (let round = 0; round < times; round += 1) {
        const join = { room: `f60-${round % 50}`, key: newKey() };
        for (const socket of shared)
          expect(await socket.emitWithAck("createAndJoinRoom", { ...join, key: newKey() })).toMatchObject({ ok: true });
        for (const socket of shared) await socket.emitWithAck("exit", { room: join.room });
      }
    };
    /** An exit is answered at once, before Redis knows of it: until then the other node counts its room. */
    const emptied = async () => {
      const isEmpty = async (): Promise<boolean> =>
        (await Promise.all(cluster.nodes.map((node) => node.resources()))).every(({ rooms: left }) => left === 0);
      await until("no room is left", isEmpty);
      // A node takes the last room off its list after that.
      await until("no list of rooms is left", async () => (await redis.keys("sig:{nodes}:rooms:*")).length === 0);
      return Promise.all(cluster.nodes.map((node) => node.resources()));
    };
    await visit(Math.min(rounds, 250));
    const before = await emptied();
    const keys = await redis.keys("*");
    await visit(rounds);
    const after = await emptied();
    for (const [at, { heap, rooms }] of after.entries()) {
      expect(rooms).toBe(0);
      expect(heap - before[at]!.heap).toBeLessThan(2 ** 20);
    }
    expect((await redis.keys("*")).sort()).toEqual(keys.sort());
    expect(keys.filter((key) => key.includes("f60"))).toEqual([]);
  }, 1_800_000);
});

describe.skipIf(!hasRedis)("nodes of two versions", () => {
  it("F61: ignore and keep what they do not know of each other", async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.close());
    const roster = redisRoster(await redis.connect());
    const current = await startServer({ roster });
    const faults: unknown[] = [];
    current.signaling.on("error", ({ message }) => faults.push(message));
    const newer = redisRoster(await redis.connect());
    const end = newer.observe({
      onChange: () => undefined,
      onRoom: () => undefined,
      onAdopted: () => undefined,
      onReturned: () => undefined,
      onMessage: (message) => messages.push(message),
      onFault: (cause) => faults.push(cause),
    });
    const messages: unknown[] = [];
    onTestFinished(() => end());
    const ada = await current.connect();
    const { id: idOfAda } = await ada.join("r", { key: newKey() });
    const entry = {
      id: "future",
      keyed: true,
      state: "online" as const,
      session: "s",
      node: newer.node,
      mood: { good: true },
    };
    expect(await newer.add("r", entry, 8)).toMatchObject({ ok: true });
    expect(await ada.next("joined")).toEqual({ id: "future", room: "r" });
    const [{ session } = { session: "" }] = (await newer.list("r")).filter(({ id }) => id === idOfAda);
    const offer = { from: "future", room: "r", sdp: "v=0", tone: 3 };
    await newer.send(roster.node, { kind: "deliver", session, event: "offer", payload: offer, urgency: 1 });
    expect(await ada.next("offer")).toEqual({ from: "future", room: "r", sdp: "v=0" });
    await newer.send(roster.node, { kind: "dance", room: "r" });
    await newer.send(roster.node, { kind: "deliver", session, event: "fireworks", payload: {} });
    await ada.call("offer", { room: "r", to: "future", sdp: "v=0" });
    await ada.roundTrip();
    expect(await roster.list("r")).toContainEqual(entry);
    await newer.update("r", "future", "s", { metadata: 1 });
    expect(await ada.next("metadata")).toMatchObject({ id: "future", metadata: 1 });
    expect(await roster.find("r", "future")).toMatchObject({ mood: { good: true }, metadata: 1 });
    expect(faults).toHaveLength(2);
    for (const fault of faults) expect(fault).toContain("not a message of this library");
    expect(ada.received("exit")).toEqual([]);
  });
});

describe("a log sink that fails", () => {
  it.each([
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    ["never answers", () => new Promise(() => undefined)],
    ["rejects", () => Promise.reject(new Error("disk full"))],
  ])("F57: that %s does not affect signaling", async (_, write) => {
    const logger = { debug: write, info: write, warn: write, error: write };
    const { connect, signaling } = await startServer({ logger });
    const [ada, bob] = [await connect(), await connect()];
    const { id } = await ada.join("r", { key: newKey() });
    await bob.join("r", { key: newKey() });
    expect(await bob.call("offer", { room: "r", to: id, sdp: "v=0" })).toMatchObject({ ok: true });
    expect(await ada.next("offer")).toMatchObject({ sdp: "v=0" });
    expect(await signaling.rooms()).toEqual([{ name: "r", peers: 2 }]);
  });
});
