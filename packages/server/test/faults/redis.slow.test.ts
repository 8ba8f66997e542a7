import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "redis";
import { describe, expect, it } from "vitest";
import { type Cluster } from "../history/cluster.js";
import { type RecordedPeer } from "../history/recorded-peer.js";
import { hasRedis } from "../redis/redis-server.js";
import { withClusters } from "./clusters.js";

const isLong = process.env.SIG_LONG !== undefined;
/** What waits for long, or needs many clients. */
const inLongTests = it.runIf(isLong);

describe.skipIf(!hasRedis)("two nodes whose Redis, or the path to it, fails", () => {
  const startCluster = withClusters();

  interface Lab {
    readonly cluster: Cluster;
    /** Members of the first node. */
    readonly ada: RecordedPeer;
    readonly bob: RecordedPeer;
    /** A member of the second node. */
    readonly cleo: RecordedPeer;
    redis(...args: string[]): Promise<unknown>;
  }

  const start = async (): Promise<Lab> => {
    const cluster = await startCluster(2, { graceMs: 30_000 });
    const [one, two] = [cluster.node(0), cluster.node(1)];
    const [ada, bob, cleo] = [await cluster.join(one), await cluster.join(one), await cluster.join(two)];
    cluster.chatter();
    await cluster.delivered();
    await cluster.settled();
    const client = async (...args: string[]): Promise<unknown> => {
      const own = createClient({ socket: { host: "127.0.0.1", port: cluster.redis.port } });
      await own.connect();
      return own.sendCommand(args).finally(() => own.destroy());
    };
    return { cluster, ada, bob, cleo, redis: client };
  };

  const exits = ({ cluster }: Lab): unknown[] => cluster.peers.flatMap((peer) => peer.seen("exit"));

  /** Both send the other one a message; resolves with the milliseconds until both are acknowledged. */
  const exchange = async (one: RecordedPeer, other: RecordedPeer, ms?: number): Promise<number> => {
    const before = performance.now();
    one.send(other.id);
    other.send(one.id);
    await Promise.all([one, other].map((peer) => peer.until("the acknowledgement", () => peer.isDone, ms)));
    return performance.now() - before;
  };

  it("F12: members of one node are relayed as before while it restarts, all others within 5 s after it", async () => {
    const lab = await start();
    const { cluster, ada, bob, cleo } = lab;
    await cluster.redis.stop();
    const times: number[] = [];
    for (let at = 0; at < 50; at += 1) times.push(await exchange(ada, bob));
    // Four messages each, on a machine with other work: half of them are enough to show that none waits for Redis.
    expect(times.sort((one, other) => one - other)[25]).toBeLessThan(50);
    expect(Math.max(...times)).toBeLessThan(400);
    await cluster.redis.startAgain();
    await exchange(ada, cleo, 5000);
    await cluster.settled(5000);
    expect(exits(lab)).toEqual([]);
  });

  inLongTests(
    "F13: while it is down members of one node go on, joins are rejected, and all else arrives later",
    async () => {
      const lab = await start();
      const { cluster, ada, bob, cleo } = lab;
      await cluster.redis.stop();
      const late = cluster.connect(cluster.node(1));
      const until = performance.now() + 60_000;
      for (let at = 0; at < 5; at += 1) ada.send(cleo.id);
      for (let at = 0; at < 5; at += 1) cleo.send(bob.id);
      while (performance.now() < until) {
        bob.send(ada.id);
        await bob.until("what it sent to its own node", () => bob.isDone);
        await sleep(500);
      }
      expect([ada.isDone, cleo.isDone, late.isMember]).toEqual([false, false, false]);
      expect(new Set(late.rejections)).toEqual(new Set(["INTERNAL"]));
      await cluster.redis.startAgain();
      await cluster.delivered(10_000);
      await late.until("the join", () => late.isMember, 10_000);
      cluster.chatter();
      await cluster.delivered();
      await cluster.settled();
      expect(exits(lab)).toEqual([]);
    },
    120_000,
  );

  it("F14: what is sent as its idle subscriptions are lost arrives each time", async () => {
    const lab = await start();
    const { cluster, ada, cleo, redis } = lab;
    for (let at = 0; at < (isLong ? 100 : 5); at += 1) {
      await redis("CLIENT", "KILL", "TYPE", "pubsub");
      await exchange(ada, cleo, 10_000);
    }
    await cluster.settled();
    expect(exits(lab)).toEqual([]);
  }, 300_000);

  it("F15: a node that has missed many changes knows the room within 2 s after its subscription is back", async () => {
    const lab = await start();
    const { cluster, ada, bob } = lab;
    const two = cluster.node(1);
    two.redis.silenceSubscriptions();
    for (let at = 0; at < 40; at += 1) {
      await bob.leave();
      bob.comeBack();
      await bob.until("the return", () => bob.isMember);
    }
    const more = [await cluster.join(cluster.node(0)), await cluster.join(cluster.node(0))];
    two.redis.cutSubscriptions();
    await cluster.settled(2000);
    ada.send(more[0]!.id);
    cluster.chatter();
    await cluster.delivered();
    await cluster.settled();
  });

  it("F16: nobody leaves when it loses all data, and the rooms are complete again within 5 s", async () => {
    const lab = await start();
    const { cluster, redis } = lab;
    await redis("FLUSHALL");
    cluster.chatter();
    await cluster.delivered(5000);
    const members = async (): Promise<number> => (await cluster.node(1).peers(cluster.room))?.length ?? 0;
    const before = performance.now();
    while ((await members()) < 3 && performance.now() - before < 5000) await sleep(20);
    expect(await members()).toBe(3);
    await cluster.join(cluster.node(0));
    await cluster.settled();
    expect(exits(lab)).toEqual([]);
  });

  inLongTests("F17: when its clock goes back a minute a dead node is noticed within 10 s all the same", async () => {
    const lab = await start();
    const { cluster, ada, cleo, redis } = lab;
    // As after a failover to a clock that is a minute behind: all heartbeats so far are in its future.
    const nodes = (await redis("ZRANGE", "sig:{nodes}:alive", "0", "-1")) as string[];
    expect(nodes).toHaveLength(2);
    for (const node of nodes) await redis("ZINCRBY", "sig:{nodes}:alive", "60000", node);
    await cluster.node(0).kill();
    await cleo.until("the death", () => cleo.seen("presence").some(({ id }) => id === ada.id), 10_000);
    expect(exits(lab)).toEqual([]);
    for (const peer of [ada, lab.bob]) peer.close();
  });

  it("F18: a node without a path to it goes on alone, and all is well 5 s after it has one", async () => {
    const lab = await start();
    const { cluster, ada, bob, cleo } = lab;
    const one = cluster.node(0);
    one.redis.freeze();
    const away = (): boolean => cleo.seen("presence").filter(({ state }) => state === "away").length === 2;
    await cleo.until("the members of the other node", away, 10_000);
    await exchange(ada, bob);
    await cluster.join(cluster.node(1));
    one.redis.restore();
    cluster.chatter();
    await cluster.settled(5000);
    await cluster.delivered();
    await cluster.settled();
    expect(exits(lab)).toEqual([]);
  });

  it("F19: a node that can publish but receives nothing is well again within 10 s", async () => {
    const lab = await start();
    const { cluster, ada, cleo } = lab;
    cluster.node(0).redis.silenceSubscriptions();
    ada.send(cleo.id);
    await cleo.until("what the node publishes", () => cleo.seen("delivered").length === 7);
    cleo.send(ada.id);
    const late = await cluster.join(cluster.node(1));
    await cluster.delivered(10_000);
    await ada.until("the join that it has missed", () => ada.seen("joined").some(({ id }) => id === late.id));
    await cluster.settled();
    expect(exits(lab)).toEqual([]);
  });
});
