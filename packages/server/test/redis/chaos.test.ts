import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ObservedNode, sorted } from "./observed-node.js";
import { hasRedis, RedisServer, type Client } from "./redis-server.js";

const rooms = ["r0", "r1"];
const steps = 60;

describe.skipIf(!hasRedis)("three nodes at random", () => {
  let server: RedisServer;
  let client: Client;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = await server.connect();
  });
  afterAll(async () => server.close());

  const faults: [string, (() => Promise<unknown>)[]][] = [
    ["no connection is lost", []],
    ["subscriptions are lost", [() => client.sendCommand(["CLIENT", "KILL", "TYPE", "pubsub"])]],
    [
      "all connections and all data are lost",
      [
        () => client.sendCommand(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]),
        () => client.sendCommand(["CLIENT", "KILL", "TYPE", "pubsub"]),
        () => client.sendCommand(["FLUSHALL"]),
        () => client.sendCommand(["SCRIPT", "FLUSH"]),
      ],
    ],
  ];
  const runs = faults.flatMap(([what, each]) => [1, 2, 3].map((seed) => [what, seed, each] as const));

  it.each(runs)("agree in the end: %s, seed %i", async (_, seed, injected) => {
    const prefix = `chaos-${seed}-${injected.length}`;
    const nodes: ObservedNode[] = [];
    for (const disableOfflineQueue of [false, true, false])
      nodes.push(new ObservedNode(await server.connect({ disableOfflineQueue }), { prefix }));
    let state = seed;
    const random = (max: number): number => (state = (state * 48271) % 2147483647) % max;

    const act = async (node: ObservedNode, step: number): Promise<void> => {
      const [room, id] = [rooms[random(rooms.length)]!, `peer-${random(5)}`];
      const action = random(8);
      if (action < 4) await node.join(room, id, { metadata: step });
      else if (action < 6) await node.update(room, id, { metadata: `${step}` });
      else await node.leave(room, id);
    };
    const play = async (node: ObservedNode): Promise<void> => {
      // A command that fails is the fault of the test.
      for (let step = 0; step < steps; step += 1) await act(node, step).catch(() => {});
    };
    const disturb = async (): Promise<void> => {
      for (const inject of injected) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await inject();
      }
    };
    await Promise.all([...nodes.map(play), disturb()]);
    // What this test knows of own members may differ after failures: a last join of each shows the node's truth.
    for (const node of nodes) for (const room of rooms) await joinAtLast(node, room);
    const lastOnes = nodes.map((node) => `z-${node.roster.node}`).sort();
    for (const node of nodes)
      for (const room of rooms) {
        const known = (): Set<string> => new Set(node.view(room).map(({ id }) => id));
        await node.until("the last join of each node", () => lastOnes.every((id) => known().has(id)));
        await node.agrees(room);
      }
    for (const room of rooms) {
      const ids = sorted(await nodes[0]!.roster.list(room)).map(({ id }) => id);
      expect(ids.slice(-3)).toEqual(lastOnes);
    }
    for (const node of nodes) await node.close();
  });

  const joinAtLast = async (node: ObservedNode, room: string): Promise<void> => {
    for (;;) {
      const joined = await node.join(room, `z-${node.roster.node}`).catch(() => false);
      if (joined) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
});
