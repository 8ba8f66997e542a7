import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entryOf, ObservedNode } from "./observed-node.js";
import { hasRedis, RedisServer } from "./redis-server.js";

describe.skipIf(!hasRedis)("a roster whose Redis loses everything", () => {
  let server: RedisServer;
  let nodes: ObservedNode[];
  const rooms = ["r1", "r2", "r3"];

  beforeEach(async () => {
    server = await RedisServer.start();
    nodes = [];
    for (const disableOfflineQueue of [false, true])
      nodes.push(new ObservedNode(await server.connect({ disableOfflineQueue })));
    const [one, other] = nodes as [ObservedNode, ObservedNode];
    for (const room of rooms) {
      await one.join(room, "a");
      await other.join(room, "b", { metadata: { list: [] } });
      await one.join(room, "legacy", { keyed: false });
      await other.until("the joins", () => other.view(room).length === 3);
    }
    for (const node of nodes) node.read.length = 0;
  });
  afterEach(async () => {
    for (const node of nodes) await node.close();
    await server.close();
  });

  const restored = async (...names: string[]): Promise<void> => {
    for (const node of nodes)
      await node.until("all rooms restored", () => names.every((room) => node.read.includes(room)), 5_000);
    for (const node of nodes) for (const room of names) await node.agrees(room);
  };

  it("restores it within five seconds of FLUSHALL, in the same order", async () => {
    const [one, other] = nodes as [ObservedNode, ObservedNode];
    const client = await server.connect();
    await client.sendCommand(["FLUSHALL"]);
    const admission = await other.roster.add("r3", entryOf(other, "late"), 8);
    expect(admission).toMatchObject({ ok: true });
    await restored(...rooms);
    for (const room of ["r1", "r2"])
      expect(await one.roster.list(room)).toEqual([
        entryOf(one, "a"),
        entryOf(other, "b", { metadata: { list: [] } }),
        entryOf(one, "legacy", { keyed: false }),
      ]);
    expect((await one.roster.list("r3")).map(({ id }) => id)).toEqual(["a", "b", "legacy", "late"]);
    const counts = (await one.roster.rooms()).map(({ name, peers }) => [name, peers]);
    expect(counts.sort()).toEqual([
      ["r1", 3],
      ["r2", 3],
      ["r3", 4],
    ]);
    expect(
      one.changes.filter(({ entry }) => entry === undefined),
      "nobody has left",
    ).toEqual([]);
  });

  it("restores it after a restart, with what has changed meanwhile", async () => {
    const [one, other] = nodes as [ObservedNode, ObservedNode];
    await server.stop();
    const settled = Promise.allSettled([
      one.update("r1", "a", { metadata: "changed" }),
      one.leave("r2", "a"),
      other.update("r1", "b", { metadata: "changed" }),
      other.leave("r2", "b"),
      other.roster.add("r3", entryOf(other, "rejected"), 8),
    ]);
    await server.startAgain();
    const outcomes = await settled;
    expect(outcomes.slice(2).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await restored("r1", "r3");
    await one.agrees("r2");
    expect(await one.roster.list("r1")).toEqual([
      entryOf(one, "a", { metadata: "changed" }),
      entryOf(other, "b", { metadata: "changed" }),
      entryOf(one, "legacy", { keyed: false }),
    ]);
    expect((await one.roster.list("r2")).map(({ id }) => id)).toEqual(["legacy"]);
    expect((await one.roster.list("r3")).map(({ id }) => id)).toEqual(["a", "b", "legacy"]);
  });
});
