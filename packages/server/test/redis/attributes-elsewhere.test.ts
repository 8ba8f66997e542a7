import { describe, expect, it } from "vitest";
import { until } from "../harness.js";
import { type MemorySocket } from "../memory-service.js";
import { hasRedis } from "./redis-server.js";
import { type ServiceNode } from "./service-node.js";
import { meet, withThreeNodes } from "./three-nodes.js";

const host = { role: "host" };

describe.skipIf(!hasRedis)("`setAttributes` for a member of another node", () => {
  const start = withThreeNodes();

  const received = (socket: MemorySocket): unknown[] =>
    socket.received("attributes").map(({ attributes }) => attributes);

  /** Everybody knows the same: the members, every node, and whoever joins. */
  const expectAll = async (attributes: unknown, id: string, nodes: ServiceNode[], members: MemorySocket[]) => {
    for (const socket of members)
      await until("the attributes", () => JSON.stringify(received(socket).at(-1)) === JSON.stringify(attributes));
    for (const node of nodes) {
      const peers = await node.signaling.peers("r");
      expect(peers.find((peer) => peer.id === id)?.attributes ?? null).toEqual(attributes);
      const { socket } = await node.join("r");
      const [created] = socket.received("created");
      expect(created?.peers.find((peer) => peer.id === id)?.attributes ?? null).toEqual(attributes);
      await socket.call("exit", { room: "r" });
    }
  };

  it("reaches the member itself and all others, also from a node that has nobody in the room", async () => {
    const { holder, other, empty, ada, witness } = await meet(await start());
    expect(await empty.signaling.setAttributes("r", ada.id, host)).toBe(true);
    expect(await other.signaling.setAttributes("r", ada.id, { role: "guest" })).toBe(true);
    await expectAll({ role: "guest" }, ada.id, [holder, other, empty], [ada.socket, witness.socket]);
    expect(received(ada.socket)).toEqual([host, { role: "guest" }]);
    expect(received(witness.socket)).toEqual([host, { role: "guest" }]);
  });

  it("is kept by its node, whatever else changes there", async () => {
    const { holder, other, ada, witness } = await meet(await start());
    expect(await other.signaling.setAttributes("r", ada.id, host)).toBe(true);
    await ada.socket.call("metadata", { room: "r", metadata: { hand: true } });
    await until("the metadata", () => witness.socket.received("metadata").length > 0);
    await expectAll(host, ada.id, [holder, other], [ada.socket, witness.socket]);
  });

  it("holds for a member whose node has died, when it comes back elsewhere", async () => {
    const { holder, other, empty, ada, witness, key } = await meet(await start());
    holder.kill();
    expect(await other.signaling.setAttributes("r", ada.id, host)).toBe(true);
    await expectAll(host, ada.id, [other, empty], [witness.socket]);
    await other.expire(holder);
    await other.beat();
    await until("the adoption", () => witness.socket.received("presence").length > 0);
    const again = await empty.join("r", { key });
    expect(again.socket.received("created")).toMatchObject([{ id: ada.id, attributes: host }]);
    await expectAll(host, ada.id, [other, empty], [witness.socket]);
  });

  it.each(["before others take it for dead", "after its members were adopted"])(
    "reaches a member whose node is cut off as soon as the node is back, %s",
    async (when) => {
      const { holder, other, empty, ada, witness } = await meet(await start());
      holder.link.cut();
      if (when === "after its members were adopted") {
        await other.expire(holder);
        await other.beat();
        await until("the adoption", () => witness.socket.received("presence").length > 0);
      }
      expect(await other.signaling.setAttributes("r", ada.id, host)).toBe(true);
      void ada.socket.call("metadata", { room: "r", metadata: { hand: true } });
      await until("the notice", () => received(witness.socket).length > 0);
      holder.link.mend();
      await holder.beat();
      await until("the metadata", () => witness.socket.received("metadata").length > 0);
      await expectAll(host, ada.id, [holder, other, empty], [ada.socket, witness.socket]);
    },
  );

  it("is false for a peer that has left", async () => {
    const { other, empty, ada, witness } = await meet(await start());
    await ada.socket.call("exit", { room: "r" });
    await until("the exit", () => witness.socket.received("exit").length > 0);
    for (const node of [other, empty]) expect(await node.signaling.setAttributes("r", ada.id, host)).toBe(false);
  });

  it("is undone everywhere where the store loses it before the member's node has it", async () => {
    const { holder, other, empty, ada, witness } = await meet(await start());
    holder.link.cut();
    expect(await other.signaling.setAttributes("r", ada.id, host)).toBe(true);
    await until("the notice", () => received(witness.socket).length > 0);
    await other.flush();
    holder.link.mend();
    for (const node of [holder, other, empty]) await node.beat();
    await until("the notice", () => received(witness.socket).length > 1);
    await expectAll(null, ada.id, [holder, other, empty], [witness.socket]);
    expect(received(ada.socket)).toEqual([]);
  });
});
