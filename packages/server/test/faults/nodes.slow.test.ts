import { describe, expect, it } from "vitest";
import { type Cluster } from "../history/cluster.js";
import { type RecordedPeer } from "../history/recorded-peer.js";
import { TcpLink } from "../history/tcp-link.js";
import { hasRedis } from "../redis/redis-server.js";
import { withClusters } from "./clusters.js";

const isLong = process.env.SIG_LONG !== undefined;
/** What waits for long, or needs many clients. */
const inLongTests = it.runIf(isLong);

describe.skipIf(!hasRedis)("several nodes, of which one fails", () => {
  const start = withClusters();

  inLongTests("F06: a client whose path is dead is noticed within 15 s, and leaves after its grace time", async () => {
    const cluster = await start(1, { graceMs: 1000 });
    const witness = await cluster.join();
    const path = await TcpLink.open(cluster.node(0).port);
    const silent = await cluster.join(path);
    path.freeze();
    const frozen = performance.now();
    await witness.until("presence", () => witness.seen("presence").length > 0, 16_000);
    expect(performance.now() - frozen).toBeLessThan(15_000 + 500);
    await witness.until("exit", () => witness.seen("exit").length > 0, 5_000);
    expect(witness.seen("exit")).toEqual([{ type: "exit", id: silent.id, reason: "lost" }]);
    silent.close();
    await path.close();
    await cluster.settled();
  });

  it("F07: a killed one's members are back within 5 s under their ids, or gone within 10 s", async () => {
    const cluster = await start(2, { graceMs: 1000 });
    const [one, two] = [cluster.node(0), cluster.node(1)];
    const witness = await cluster.join(two);
    cluster.balancer.targets = [one.port];
    const movers = [await cluster.join(), await cluster.join(), await cluster.join()];
    const lost = await cluster.join();
    cluster.chatter();
    await cluster.delivered();
    cluster.balancer.targets = [two.port];
    lost.close();
    const killed = performance.now();
    await one.kill();
    await Promise.all(movers.map((peer) => peer.until("the return", () => peer.isMember, 5000)));
    cluster.chatter();
    await cluster.delivered();
    const gone = (): boolean => witness.seen("exit").length > 0;
    await witness.until("the exit", gone, 10_000 - (performance.now() - killed));
    expect(witness.seen("exit").map(({ id }) => id)).toEqual([lost.id]);
    await cluster.settled();
  });

  inLongTests(
    "F08: a frozen one's members come back elsewhere, the others go on, and nobody is there twice",
    async () => {
      const cluster = await start(2, { graceMs: 60_000 });
      const [one, two] = [cluster.node(0), cluster.node(1)];
      const witness = await cluster.join(two);
      cluster.balancer.targets = [one.port];
      const frozen = [await cluster.join(), await cluster.join()];
      cluster.chatter();
      await cluster.delivered();
      cluster.balancer.targets = [two.port];
      one.signal("SIGSTOP");
      const end = performance.now() + 20_000;
      const joins: number[] = [];
      for (let at = 0; at < 5; at += 1) {
        const before = performance.now();
        await cluster.join(two);
        joins.push(performance.now() - before);
      }
      expect(Math.max(...joins)).toBeLessThan(5000);
      await witness.until("the adoption", () => witness.seen("presence").length === 2, 10_000);
      await new Promise((resolve) => setTimeout(resolve, end - performance.now()));
      one.signal("SIGCONT");
      await Promise.all(frozen.map((peer) => peer.until("the return", () => peer.isMember)));
      cluster.chatter();
      await cluster.delivered();
      await cluster.settled();
      expect(cluster.peers.flatMap((peer) => peer.seen("exit"))).toEqual([]);
    },
    90_000,
  );

  it("F09: one that is blocked for 3 s loses nobody, and relays within a second after it", async () => {
    const cluster = await start(2);
    const [one, two] = [cluster.node(0), cluster.node(1)];
    const peers = [await cluster.join(one), await cluster.join(one), await cluster.join(two)];
    one.send({ type: "block", ms: 3000 });
    cluster.chatter();
    await one.peers(cluster.room);
    peers[0]!.send(peers[1]!.id);
    peers[2]!.send(peers[0]!.id);
    await cluster.delivered(1000);
    await cluster.settled();
    expect(peers.flatMap((peer) => [...peer.seen("presence"), ...peer.seen("exit")])).toEqual([]);
  });

  /** Drains each node and starts it again; the load balancer sends nobody to it meanwhile. */
  const roll = async (cluster: Cluster, withinMs: number): Promise<number> => {
    let remaining = 0;
    const ports = cluster.nodes.map(({ port }) => port);
    for (const node of cluster.nodes) {
      cluster.balancer.targets = ports.filter((port) => port !== node.port);
      remaining += await node.drain(withinMs);
      await node.start();
      cluster.balancer.targets = ports;
    }
    return remaining;
  };

  /** Milliseconds from each lost connection until the peer is a member again. */
  const gapsOf = (peer: RecordedPeer): number[] => {
    let lostAt: number | undefined;
    const gaps: number[] = [];
    for (const [at, { type }] of peer.events.entries()) {
      if (type === "disconnected") lostAt = peer.times[at]!;
      if (type !== "created" || lostAt === undefined) continue;
      gaps.push(peer.times[at]! - lostAt);
      lostAt = undefined;
    }
    return gaps;
  };

  it("F10: ones that are drained and started again one by one lose nobody and no message", async () => {
    const cluster = await start(3);
    for (let at = 0; at < 9; at += 1) await cluster.join(cluster.balancer, at % 3 === 0 ? [] : ["drain"]);
    await cluster.settled();
    const initial = cluster.peers.map((peer) => peer.seen("joined").length);
    const talking = setInterval(() => cluster.chatter(1), 500);
    const remaining = await roll(cluster, 8000).finally(() => clearInterval(talking));
    expect(remaining).toBe(0);
    await cluster.delivered();
    await cluster.settled();
    expect(cluster.peers.flatMap((peer) => peer.seen("exit"))).toEqual([]);
    expect(cluster.peers.map((peer) => peer.seen("joined").length)).toEqual(initial);
    for (const peer of cluster.peers) expect(gapsOf(peer).length).toBeGreaterThan(0);
  }, 90_000);

  inLongTests(
    "F10: one that closes before its members have come back leaves them to the others, without an exit",
    async () => {
      const cluster = await start(2, { graceMs: 20_000 });
      const [one, two] = [cluster.node(0), cluster.node(1)];
      const witness = await cluster.join(two);
      cluster.balancer.targets = [one.port];
      const late = await cluster.join();
      // There is nowhere to go for a while.
      cluster.balancer.targets = [];
      expect(await one.drain(1000)).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      cluster.balancer.targets = [two.port];
      await late.until("the return", () => late.isMember);
      cluster.chatter();
      await cluster.delivered();
      await cluster.settled();
      expect(witness.seen("exit")).toEqual([]);
      expect(witness.seen("joined")).toHaveLength(1);
      expect(witness.seen("presence").map(({ state }) => state)).toEqual(["away", "online"]);
    },
    60_000,
  );

  const clients = 1000;
  inLongTests(
    `F11: three that are restarted one by one leave each of ${clients} clients alone for 5 s at most`,
    async () => {
      const cluster = await start(3);
      for (let at = 0; at < clients; at += 1) cluster.connect(cluster.balancer, `f11-${Math.floor(at / 10)}`);
      await Promise.all(cluster.peers.map((peer) => peer.until("the join", () => peer.isMember, 60_000)));
      cluster.chatter(1);
      await cluster.delivered(60_000);
      expect(await roll(cluster, 60_000)).toBe(0);
      cluster.chatter(1);
      await cluster.delivered(60_000);
      await cluster.settled();
      const gaps = cluster.peers.flatMap(gapsOf).sort((one, other) => one - other);
      expect(gaps.length).toBeGreaterThanOrEqual(clients);
      expect(gaps[Math.floor(gaps.length * 0.99)]).toBeLessThan(5000);
      expect(cluster.peers.flatMap((peer) => peer.seen("exit"))).toEqual([]);
    },
    600_000,
  );

  inLongTests(
    "F56: ones whose clocks differ by two hours, and jump, agree on who is there, and nobody is lost",
    async () => {
      const cluster = await start(1, { epochOffsetMs: -3_600_000 });
      const other = await cluster.addNode({ epochOffsetMs: 3_600_000 });
      const one = cluster.node(0);
      for (const node of [one, other, one, other]) await cluster.join(node);
      cluster.chatter();
      await cluster.delivered();
      one.send({ type: "skew", ms: 3_600_000 });
      other.send({ type: "skew", ms: -7_200_000 });
      // Two heartbeats, and the time after which a node counts as dead.
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      cluster.chatter();
      await cluster.delivered();
      await cluster.settled();
      expect(cluster.peers.flatMap((peer) => [...peer.seen("presence"), ...peer.seen("exit")])).toEqual([]);
    },
    60_000,
  );
});
