import { type RedisClient } from "@sig/server/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeClock } from "../fake-clock.js";
import { FreezableLink } from "./freezable-link.js";
import { entryOf, ObservedNode, sorted, untilOneOf } from "./observed-node.js";
import { hasRedis, RedisServer, type Client } from "./redis-server.js";

/** The time between two heartbeats. */
const heartbeatMs = 2_000;

describe.skipIf(!hasRedis)("nodes that share a Redis", () => {
  let server: RedisServer;
  let client: Client;
  let prefixes = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = await server.connect();
  });
  afterAll(async () => server.close());

  /** Nodes of one prefix; time passes for each when its clock is advanced. */
  class Cluster {
    readonly prefix = `nodes-${(prefixes += 1)}`;
    readonly nodes: ObservedNode[] = [];

    async start(through = (own: Client): RedisClient => own) {
      const [own, clock] = [await server.connect(), new FakeClock()];
      const node = new ObservedNode(through(own), { prefix: this.prefix, clock });
      this.nodes.push(node);
      const beat = async (): Promise<void> => {
        clock.advance(heartbeatMs);
        // Replies come in order: after this one the heartbeat is done.
        await own.sendCommand(["PING"]);
        await new Promise((resolve) => setImmediate(resolve));
      };
      // The first script is sent twice, since Redis may not know it yet.
      await own.sendCommand(["PING"]);
      await own.sendCommand(["PING"]);
      const started = { node, clock, own, beat };
      await this.#subscribed(node);
      await beat();
      return started;
    }

    /** A node that can send a message to itself has its subscription. */
    async #subscribed(node: ObservedNode): Promise<void> {
      const channel = `${this.prefix}:node:${node.roster.node}`;
      while (Number(await client.sendCommand(["PUBLISH", channel, "messages\n[null]"])) === 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await node.until("its subscription", () => node.messages.length > 0);
    }

    /** The last heartbeat of a node is long ago. */
    async expire(node: ObservedNode, set = "alive"): Promise<void> {
      await client.sendCommand(["ZADD", `${this.prefix}:{nodes}:${set}`, "1", node.roster.node]);
    }

    async close(): Promise<void> {
      for (const node of this.nodes) await node.close();
    }
  }

  const agree = async (room: string, ...nodes: ObservedNode[]): Promise<void> => {
    for (const node of nodes) await node.agrees(room);
  };

  it("adopt the members of one that dies before Redis, which has lost its data, knows it again", async () => {
    const cluster = new Cluster();
    const [dead, one] = [await cluster.start(), await cluster.start()];
    await client.sendCommand(["DEL", ...(await client.keys(`${cluster.prefix}:*`))]);
    await dead.node.join("room", "ada");
    dead.own.destroy();
    await one.beat();
    expect(await client.keys(`${cluster.prefix}:{nodes}:rooms:*`)).toHaveLength(1);
    await cluster.expire(dead.node, "dead");
    await one.beat();
    await untilOneOf([one.node], "the adoption", () => one.node.adopted.length === 1);
    expect(await one.node.roster.list("room")).toMatchObject([{ id: "ada", state: "away" }]);
    await cluster.close();
  });

  it("adopt the members of a dead one: those with a key are away, the others gone", async () => {
    const cluster = new Cluster();
    const [dead, one, other] = [await cluster.start(), await cluster.start(), await cluster.start()];
    const rooms = Array.from({ length: 20 }, (_, index) => `room-${index}`);
    for (const [index, room] of rooms.entries()) {
      await dead.node.join(room, "keyed", { metadata: { list: [] } });
      await dead.node.join(room, "legacy", { keyed: false });
      if (index % 2 === 0) await one.node.join(room, "one");
    }
    dead.own.destroy();
    await cluster.expire(dead.node);
    await Promise.all([one.beat(), other.beat()]);
    const survivors = [one.node, other.node];
    await untilOneOf(survivors, "all adoptions", () => survivors.flatMap(({ adopted }) => adopted).length === 20);
    for (const [index, room] of rooms.entries()) {
      const [adopted] = [one.node, other.node].filter((node) => node.adopted.some((each) => each.room === room));
      const entry = {
        ...entryOf(dead.node, "keyed", { metadata: { list: [] } }),
        state: "away",
        node: adopted!.roster.node,
      } as const;
      expect(adopted!.adopted.find((each) => each.room === room)).toEqual({ room, entry });
      expect(await one.node.roster.list(room)).toEqual(index % 2 === 0 ? [entry, entryOf(one.node, "one")] : [entry]);
      await agree(room, adopted!);
      if (index % 2 === 0) await agree(room, one.node);
    }
    const [room] = rooms;
    const [adopter] = [one.node, other.node].filter((node) => node.adopted.some((each) => each.room === room));
    expect(await adopter!.roster.remove(room!, "keyed", `${dead.node.roster.node}/keyed`, "lost")).toBe(true);
    const keys = await client.keys(`${cluster.prefix}:{nodes}:rooms:${dead.node.roster.node}`);
    expect(keys, "nothing is left of it").toEqual([]);
    await cluster.close();
  });

  it("adopt the members within ten seconds of a death", async () => {
    const [victim, own] = [new FakeClock(), await server.connect()];
    const prefix = "bound";
    const dead = new ObservedNode(own, { prefix, clock: victim });
    const survivors = [new ObservedNode(await server.connect(), { prefix })];
    survivors.push(new ObservedNode(await server.connect(), { prefix }));
    await dead.join("r", "a");
    await survivors[0]!.join("r", "b");
    own.destroy();
    const adopted = (): number => survivors.flatMap((node) => node.adopted).length;
    await untilOneOf(survivors, "the adoption", () => adopted() === 1, 10_000);
    await survivors[0]!.until("the change", () => survivors[0]!.view("r")[0]?.state === "away");
    expect(adopted()).toBe(1);
    for (const node of survivors) await node.close();
  });

  it("go on where an adopter has died", async () => {
    const cluster = new Cluster();
    const dead = await cluster.start();
    let fails = true;
    const adopter = await cluster.start((own) => ({
      duplicate: () => own.duplicate(),
      sendCommand: async (args: string[]) => {
        if (fails && args[0] === "SUNION") throw new Error("The adopter dies.");
        return own.sendCommand(args);
      },
    }));
    const last = await cluster.start();
    await dead.node.join("r", "a");
    dead.own.destroy();
    await cluster.expire(dead.node);
    await adopter.beat();
    await adopter.node.until("the failure", () => adopter.node.faults.length > 0);
    await last.beat();
    expect(last.node.adopted, "the claim of the adopter lasts").toEqual([]);
    expect(await last.node.roster.rooms(), "its rooms are still listed").toEqual([{ name: "r", peers: 1 }]);
    await cluster.expire(dead.node, "dead");
    await last.beat();
    await last.node.until("the adoption", () => last.node.adopted.length === 1);
    fails = false;
    await cluster.close();
  });

  it("give the members back to one that was only frozen, but not those that were taken over", async () => {
    const cluster = new Cluster();
    const link = new FreezableLink();
    const [frozen, other] = [await cluster.start((own) => link.through(own)), await cluster.start()];
    for (const id of ["kept", "taken", "ended"]) await frozen.node.join("r", id);
    await frozen.node.join("r", "legacy", { keyed: false });
    await frozen.node.join("alone", "kept");
    await frozen.node.join("lost", "taken");
    await other.node.join("r", "b");
    await agree("r", frozen.node);
    link.freeze();
    await cluster.expire(frozen.node);
    await other.beat();
    await other.node.until("the adoption", () => other.node.adopted.length === 5);
    for (const room of ["r", "lost"]) await other.node.join(room, "taken");
    await other.node.leave("r", "ended", entryOf(frozen.node, "ended").session);
    expect((await other.node.roster.list("r")).map(({ id }) => id)).toEqual(["kept", "taken", "b"]);
    link.thaw();
    await frozen.beat();
    const isBack = (): boolean => ["r", "alone", "lost"].every((room) => frozen.node.read.includes(room));
    await frozen.node.until("the restored rooms", isBack);
    await agree("r", frozen.node, other.node);
    expect(sorted(await other.node.roster.list("r"))).toEqual(
      sorted([
        ...["kept", "ended"].map((id) => entryOf(frozen.node, id)),
        entryOf(frozen.node, "legacy", { keyed: false }),
        entryOf(other.node, "taken"),
        entryOf(other.node, "b"),
      ]),
    );
    expect(frozen.node.view("lost"), "it is notified of what it has lost").toEqual([entryOf(other.node, "taken")]);
    expect(await other.node.roster.list("alone")).toEqual([entryOf(frozen.node, "kept")]);
    expect(await frozen.node.leave("r", "ended")).toBe(true);
    await agree("r", frozen.node, other.node);
    await cluster.close();
  });

  it.each(["with the message", "without it"])("do not restore a member that was kicked meanwhile, %s", async (how) => {
    const cluster = new Cluster();
    const link = new FreezableLink();
    const [frozen, other] = [await cluster.start((own) => link.through(own)), await cluster.start()];
    for (const id of ["kept", "kicked"]) await frozen.node.join("r", id);
    await other.node.join("r", "b");
    await agree("r", frozen.node);
    link.freeze();
    await cluster.expire(frozen.node);
    await other.beat();
    await other.node.until("the adoption", () => other.node.adopted.length === 2);
    await other.node.roster.ban("r", "kicked");
    await other.node.roster.remove("r", "kicked", entryOf(frozen.node, "kicked").session, "kicked");
    if (how === "without it") link.drop();
    link.thaw();
    await frozen.beat();
    await frozen.node.until("the restored room", () => frozen.node.read.includes("r"));
    await agree("r", frozen.node);
    expect((await other.node.roster.list("r")).map(({ id }) => id)).toEqual(["kept", "b"]);
    await cluster.close();
  });

  it("give a member back as soon as its node notices that it was adopted", async () => {
    const cluster = new Cluster();
    const [alive, adopter] = [await cluster.start(), await cluster.start()];
    await alive.node.join("r", "a");
    await adopter.node.join("r", "b");
    await cluster.expire(alive.node);
    await adopter.beat();
    await adopter.node.until("the adoption", () => adopter.node.adopted.length === 1);
    await adopter.node.until("the return", () => adopter.node.view("r")[0]?.state === "online");
    expect(await alive.node.roster.find("r", "a")).toEqual(entryOf(alive.node, "a"));
    expect(alive.node.changes.filter(({ id }) => id === "a")).toEqual([]);
    await agree("r", alive.node, adopter.node);
    await cluster.close();
  });

  it("do not end an adopted member that is back with its node, before the adopter notices", async () => {
    const cluster = new Cluster();
    const link = new FreezableLink();
    const [alive, adopter] = [await cluster.start(), await cluster.start((own) => link.through(own))];
    await alive.node.join("r", "a");
    await cluster.expire(alive.node);
    await adopter.beat();
    await adopter.node.until("the adoption", () => adopter.node.adopted.length === 1);
    link.freeze();
    await alive.beat();
    await alive.node.until("the restored room", () => alive.node.read.includes("r"));
    expect(await adopter.node.leave("r", "a", entryOf(alive.node, "a").session)).toBe(false);
    expect(await alive.node.roster.list("r")).toEqual([entryOf(alive.node, "a")]);
    await cluster.close();
  });

  it("notify of changes before a join, then admit the member, then notify of what follows", async () => {
    const cluster = new Cluster();
    const link = new FreezableLink();
    const [late, other] = [await cluster.start((own) => link.through(own)), await cluster.start()];
    await late.node.join("r", "a");
    link.freeze();
    await other.node.join("r", "b");
    const order: string[] = [];
    const joined = late.node.join("r", "c").then(() => order.push(...late.node.changes.map(({ id }) => id), "c"));
    await late.node.roster.list("r");
    await other.node.join("r", "d");
    await link.until(2);
    link.thaw();
    await joined;
    await late.node.until("the last join", () => late.node.changes.length === 2);
    expect(order).toEqual(["b", "c"]);
    expect(late.node.view("r").map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    await cluster.close();
  });

  it("admit a member after a second, and read the room, where changes before the join do not arrive", async () => {
    const cluster = new Cluster();
    const link = new FreezableLink();
    const [late, other] = [await cluster.start((own) => link.through(own)), await cluster.start()];
    await late.node.join("r", "a");
    link.freeze();
    await other.node.join("r", "b");
    let isAdmitted = false;
    const joined = late.node.join("r", "c").then(() => (isAdmitted = true));
    await late.node.roster.list("r");
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAdmitted).toBe(false);
    late.clock.advance(1_000);
    await joined;
    await late.node.until("the room is read", () => late.node.read.includes("r"));
    await agree("r", late.node);
    link.thaw();
    await agree("r", late.node, other.node);
    await cluster.close();
  });

  it("keep a node alive whose heartbeats arrive, and one that Redis's clock puts in the future", async () => {
    const cluster = new Cluster();
    const [one, other] = [await cluster.start(), await cluster.start()];
    await one.node.join("r", "a");
    const future = String(Date.now() + 3_600_000);
    await client.sendCommand(["ZADD", `${cluster.prefix}:{nodes}:alive`, future, one.node.roster.node]);
    await other.beat();
    const score = await client.sendCommand(["ZSCORE", `${cluster.prefix}:{nodes}:alive`, one.node.roster.node]);
    expect(Number(score)).toBeLessThan(Date.now() + 60_000);
    expect(other.node.adopted).toEqual([]);
    await cluster.close();
  });

  it("make the subscription anew when nothing arrives on it", async () => {
    const cluster = new Cluster();
    let [duplicates, isMuted] = [0, false];
    const muted = await cluster.start((own) => ({
      sendCommand: (args: string[]) => own.sendCommand(args),
      duplicate: () => {
        const [subscriber, mine] = [own.duplicate(), (duplicates += 1)];
        const subscribe = subscriber.subscribe.bind(subscriber);
        return Object.assign(subscriber, {
          subscribe: (channel: string, listener: (text: string) => void) =>
            subscribe(channel, (text: string) => {
              if (!isMuted || mine > 1) listener(text);
            }),
        });
      },
    }));
    const other = await cluster.start();
    await muted.node.join("r", "a");
    isMuted = true;
    await other.node.join("r", "b");
    for (let index = 0; index < 4; index += 1) await muted.beat();
    await muted.node.until("the room is read again", () => muted.node.read.includes("r"));
    expect(duplicates).toBe(2);
    await agree("r", muted.node, other.node);
    await cluster.close();
  });

  it("take a closed node out, and leave nothing behind", async () => {
    const cluster = new Cluster();
    const { node } = await cluster.start();
    await node.join("r", "a");
    void node.leave("r", "a");
    await node.close();
    expect(await client.keys(`${cluster.prefix}:*`)).toEqual([]);
  });
});
