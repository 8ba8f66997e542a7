import { describe, expect, it } from "vitest";
import { until } from "../harness.js";
import { hasRedis, RedisServer } from "./redis-server.js";
import { ServiceNode } from "./service-node.js";
import { withThreeNodes } from "./three-nodes.js";

describe.skipIf(!hasRedis)("a legacy client", () => {
  const start = withThreeNodes();

  /** The legacy client and a neighbor are on the first node, a witness on the second, and nobody on the third. */
  const meet = async () => {
    const [holder, other, empty] = await start({ graceMs: 4_000 });
    const legacy = await holder.join("r", {});
    const neighbor = await holder.join("r");
    const witness = await other.join("r");
    await until("the join", () => legacy.socket.received("joined").length === 2);
    const emitted = (id: string): string[] =>
      [holder, other, empty].flatMap((node) => node.emitted.filter((text) => text.startsWith(id)));
    return { holder, other, empty, legacy, neighbor, witness, emitted };
  };

  it.each(["in which it has members", "in which it has nobody"])(
    "of a node that dies has left: its adopter emits `peerLeft` once, in a room %s",
    async (which) => {
      const { holder, other, empty, legacy, witness, emitted } = await meet();
      holder.kill();
      await other.expire(holder);
      const adopters = which === "in which it has nobody" ? [empty, other] : [other, empty];
      for (const node of adopters) await node.beat();
      await until("the exit", () => witness.socket.received("exit").length > 0);
      expect(witness.socket.received("exit")).toEqual([{ from: legacy.id, room: "r", reason: "lost" }]);
      await until("the event", () => emitted(legacy.id).length > 1);
      expect(emitted(legacy.id)).toEqual([`${legacy.id} joined`, `${legacy.id} lost`]);
      expect(adopters[0]!.emitted.at(-1)).toBe(`${legacy.id} lost`);
    },
  );

  it("whose node was cut off offers to the members of other nodes as a newcomer does, and to nobody else", async () => {
    const { holder, other, empty, legacy, neighbor, witness, emitted } = await meet();
    const secondLegacy = await other.join("r", {});
    await until("the join", () => legacy.socket.received("joined").length === 3);
    holder.link.cut();
    await other.expire(holder);
    await other.beat();
    await until("the exit", () => witness.socket.received("exit").length > 0);
    const late = await empty.join("r");
    legacy.socket.log.length = 0;
    holder.link.mend();
    await holder.beat();
    await until("the return", () => legacy.socket.received("created").length > 0);

    const elsewhere = [witness.id, secondLegacy.id, late.id].sort();
    const [created] = legacy.socket.received("created");
    expect(created).toEqual({ id: legacy.id, room: "r", peers: created!.peers });
    expect(created!.peers.map(({ id }) => id).sort()).toEqual(elsewhere);
    const exits = legacy.socket.received("exit");
    expect(exits.map(({ from }) => from).sort()).toEqual(elsewhere);
    expect(legacy.socket.log.at(-1)![0], "the exits come first").toBe("created");
    for (const member of [witness, secondLegacy, late])
      await until("the join", () => member.socket.received("joined").at(-1)?.id === legacy.id);
    expect(neighbor.socket.received("exit")).toEqual([]);

    await legacy.socket.call("offer", { room: "r", to: witness.id, sdp: "v=0" });
    await until("the offer", () => witness.socket.received("offer").length > 0);
    expect(emitted(legacy.id)).toEqual([`${legacy.id} joined`, `${legacy.id} joined`, `${legacy.id} lost`].sort());
  });

  it("whose node was cut off for less than others wait notices nothing", async () => {
    const { holder, other, legacy, witness, emitted } = await meet();
    holder.link.cut();
    holder.link.mend();
    await holder.beat();
    await other.signaling.kick("r", "nobody");
    expect(legacy.socket.received("created")).toHaveLength(1);
    expect(witness.socket.received("joined")).toEqual([]);
    expect(emitted(legacy.id)).toEqual([`${legacy.id} joined`]);
  });

  it("notices nothing where Redis loses its data", async () => {
    const { holder, other, empty, legacy, witness, emitted } = await meet();
    await other.flush();
    for (const node of [holder, other, empty]) await node.beat();
    await until("the restored room", async () => (await empty.signaling.peers("r")).length === 3);
    expect(legacy.socket.received("created")).toHaveLength(1);
    expect(witness.socket.received("joined")).toEqual([]);
    expect(witness.socket.received("exit")).toEqual([]);
    expect(emitted(legacy.id)).toEqual([`${legacy.id} joined`]);
  });
});

describe.skipIf(!hasRedis)("a member with a key", () => {
  it("that others have ended while its node was cut off has joined again for the application", async () => {
    const redis = await RedisServer.start();
    try {
      const start = async (): Promise<ServiceNode> => ServiceNode.start(redis, "sig", { graceMs: 4_000 });
      const [holder, other] = [await start(), await start()];
      const ada = await holder.join("r");
      const witness = await other.join("r");
      holder.link.cut();
      await other.expire(holder);
      await other.beat();
      await until("the adoption", () => witness.socket.received("presence").length > 0);
      other.clock.advance(4_000);
      await until("the exit", async () => (await other.signaling.peers("r")).length === 1);
      expect(witness.socket.received("exit")).toMatchObject([{ from: ada.id, reason: "lost" }]);
      expect(other.emitted.at(-1)).toBe(`${ada.id} lost`);
      holder.link.mend();
      await holder.beat();
      await until("the return", () => witness.socket.received("joined").length > 0);
      await until("the event", () => holder.emitted.length === 2);
      expect(holder.emitted.at(-1)).toBe(`${ada.id} joined`);
      expect(ada.socket.received("created"), "its client repairs the connection").toHaveLength(1);
    } finally {
      await redis.close();
    }
  });
});
