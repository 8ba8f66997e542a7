import { describe, expect, it } from "vitest";
import { until } from "../harness.js";
import { hasRedis } from "./redis-server.js";
import { meet, withThreeNodes } from "./three-nodes.js";

describe.skipIf(!hasRedis)("a kick of a member of another node", () => {
  const start = withThreeNodes();

  /** They have met, and the joins and exits of Ada that applications were notified of are at hand. */
  const meetAndWatch = async () => {
    const nodes = await start();
    const meeting = await meet(nodes);
    const isOfAda = (text: string): boolean => text.startsWith(meeting.ada.id);
    const emitted = (): string[] => nodes.flatMap((node) => node.emitted.filter(isOfAda));
    return { ...meeting, emitted };
  };
  type Meeting = Awaited<ReturnType<typeof meetAndWatch>>;

  const expectGone = async ({ other, empty, ada, witness, key }: Meeting): Promise<void> => {
    await until("the exit", () => witness.socket.received("exit").length > 0);
    expect(witness.socket.received("exit")).toEqual([{ from: ada.id, room: "r", reason: "kicked" }]);
    for (const node of [other, empty])
      expect(await node.signaling.peers("r")).toMatchObject([{ id: witness.id, state: "online" }]);
    expect(await empty.connect().join("r", { key })).toMatchObject({ code: "KICKED" });
  };

  it("is done by its node, which delivers the reason and emits `peerLeft`", async () => {
    const meeting = await meetAndWatch();
    const { holder, empty, ada, emitted } = meeting;
    expect(await empty.signaling.kick("r", ada.id, "Enough.")).toBe(true);
    await expectGone(meeting);
    expect(ada.socket.received("exit")).toMatchObject([{ from: ada.id, reason: "kicked", message: "Enough." }]);
    expect(holder.emitted.slice(1)).toEqual([`${ada.id} kicked`]);
    expect(emitted()).toHaveLength(2);
  });

  it.each(["in which it has members", "in which it has nobody"])(
    "whose node has died removes it from the store, and emits `peerLeft` once; in a room %s",
    async (which) => {
      const meeting = await meetAndWatch();
      const { holder, other, empty, ada, emitted } = meeting;
      holder.kill();
      const kicker = which === "in which it has nobody" ? empty : other;
      expect(await kicker.during(kicker.signaling.kick("r", ada.id))).toBe(true);
      await expectGone(meeting);
      expect(emitted()).toEqual([`${ada.id} joined`, `${ada.id} kicked`]);
      await other.expire(holder);
      await other.beat();
      await empty.beat();
      expect(emitted(), "its adopter has nothing to add").toHaveLength(2);
    },
  );

  it.each(["taken for dead", "not missed"])(
    "whose node is cut off reaches it as soon as the node is back, and `peerLeft` is emitted once: %s",
    async (how) => {
      const meeting = await meetAndWatch();
      const { holder, other, ada, emitted } = meeting;
      holder.link.cut();
      expect(await other.during(other.signaling.kick("r", ada.id, "Enough."))).toBe(true);
      await expectGone(meeting);
      if (how === "taken for dead") {
        await other.expire(holder);
        await other.beat();
      }
      holder.link.mend();
      await holder.beat();
      await until("the exit", () => ada.socket.received("exit").length > 0);
      expect(ada.socket.received("exit")).toMatchObject([{ from: ada.id, reason: "kicked" }]);
      await expectGone(meeting);
      expect(emitted()).toEqual([`${ada.id} joined`, `${ada.id} kicked`]);
    },
  );

  it("is not undone by a node that was cut off, though the room was empty meanwhile", async () => {
    const { holder, other, ada, witness, emitted } = await meetAndWatch();
    await witness.socket.call("exit", { room: "r" });
    holder.link.cut();
    expect(await other.during(other.signaling.kick("r", ada.id))).toBe(true);
    await other.expire(holder);
    await other.beat();
    holder.link.mend();
    await holder.beat();
    await until("the exit", () => ada.socket.received("exit").some(({ from }) => from === ada.id));
    expect(await other.signaling.rooms()).toEqual([]);
    expect(emitted()).toEqual([`${ada.id} joined`, `${ada.id} kicked`]);
  });

  it("of a member that Redis has lost is done by its node, which emits `peerLeft`", async () => {
    const { holder, other, ada, emitted } = await meetAndWatch();
    await other.flush();
    expect(await other.signaling.kick("r", ada.id)).toBe(true);
    await until("the exit", () => ada.socket.received("exit").some(({ from }) => from === ada.id));
    await holder.beat();
    expect(emitted()).toEqual([`${ada.id} joined`, `${ada.id} kicked`]);
  });

  it("of a user whose peer Redis has lost ends it when its node would restore it, which emits `peerLeft`", async () => {
    const [holder, , kicker] = await start({ authorize: () => ({ user: "ada" }) });
    const ada = await holder.join("r");
    await kicker.flush();
    expect(await kicker.signaling.kick("r", { user: "ada" }, { banMs: 60_000 })).toBe(0);
    await holder.beat();
    await until("the exit", () => ada.socket.received("exit").some(({ from }) => from === ada.id));
    expect(holder.emitted).toEqual([`${ada.id} joined`, `${ada.id} kicked`]);
  });

  it("of a user finds each of its peers, also on a node that has died", async () => {
    const [dead, alive, kicker] = await start({ authorize: () => ({ user: "ada" }) });
    await dead.join("r");
    const second = await alive.join("r");
    dead.kill();
    expect(await kicker.during(kicker.signaling.kick("r", { user: "ada" }, { reason: "Enough." }))).toBe(2);
    await until("the exit", () => second.socket.received("exit").some(({ from }) => from === second.id));
    expect(second.socket.received("exit").at(-1)).toMatchObject({ reason: "kicked", message: "Enough." });
    expect(await kicker.signaling.peers("r")).toEqual([]);
    expect(
      [...dead.emitted, ...alive.emitted, ...kicker.emitted].filter((text) => text.endsWith("kicked")),
    ).toHaveLength(2);
  });
});
