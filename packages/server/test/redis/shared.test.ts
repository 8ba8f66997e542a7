import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { entryOf, ObservedNode } from "./observed-node.js";
import { hasRedis, RedisServer, type Client } from "./redis-server.js";

describe.skipIf(!hasRedis)("a roster that nodes share through Redis", () => {
  let server: RedisServer;
  let client: Client;
  const nodes: ObservedNode[] = [];
  let room = "";
  let tests = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = await server.connect();
  });
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.close();
    await client.sendCommand(["FLUSHALL"]);
  });
  afterAll(async () => server.close());

  const start = async (): Promise<[one: ObservedNode, other: ObservedNode]> => {
    room = `room-${(tests += 1)}`;
    const [one, other] = [new ObservedNode(await server.connect()), new ObservedNode(await server.connect())];
    nodes.push(one, other);
    await subscribed(one, other);
    return [one, other];
  };

  /** A node that can send a message to itself has its subscription. */
  const subscribed = async (...started: ObservedNode[]): Promise<void> => {
    for (const node of started) {
      while (Number(await client.sendCommand(["PUBLISH", `sig:node:${node.roster.node}`, "messages\n[null]"])) === 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await node.until("its subscription", () => node.messages.length > 0);
      node.messages.length = 0;
    }
  };

  const agree = async (name: string, ...all: ObservedNode[]): Promise<void> => {
    for (const node of all) await node.agrees(name);
  };

  it("gives each place once of 300 simultaneous joins, and every view is as the list", async () => {
    const [one, other] = await start();
    const rooms = Array.from({ length: 10 }, (_, index) => `${room}-${index}`);
    const joins = Array.from({ length: 300 }, async (_, index) => {
      const node = index % 2 === 0 ? one : other;
      return node.join(rooms[Math.floor(index / 2) % 10]!, `peer-${index}`, {}, 6);
    });
    const admitted = await Promise.all(joins);
    expect(admitted.filter(Boolean)).toHaveLength(60);
    for (const name of rooms) {
      const list = await one.roster.list(name);
      expect(list).toHaveLength(6);
      for (const node of [one, other])
        if (list.some((entry) => entry.node === node.roster.node)) await agree(name, node);
    }
  });

  it("notifies other nodes of joins, changes and exits in order, with the reason", async () => {
    const [one, other] = await start();
    await one.join(room, "a");
    await other.join(room, "b");
    await other.update(room, "b", { metadata: 1 });
    await other.update(room, "b", { metadata: 2 });
    await other.roster.remove(room, "b", entryOf(other, "b").session, "kicked");
    await one.until("the exit", () => one.changes.length === 4);
    expect(one.changes).toEqual([
      { room, id: "b", entry: entryOf(other, "b") },
      { room, id: "b", entry: entryOf(other, "b", { metadata: 1 }) },
      { room, id: "b", entry: entryOf(other, "b", { metadata: 2 }) },
      { room, id: "b", session: entryOf(other, "b").session, reason: "kicked" },
    ]);
    expect(other.changes).toEqual([]);
    expect(one.read).toEqual([]);
  });

  it("notifies no node of a room in which it has no members", async () => {
    const [one, other] = await start();
    await one.join(room, "a");
    await one.leave(room, "a");
    await other.join(room, "b");
    await other.update(room, "b", { metadata: 1 });
    await other.roster.send(one.roster.node, "last");
    await one.until("the message", () => one.messages.length > 0);
    expect(one.changes).toEqual([]);
  });

  it("sends messages to one node only, in order", async () => {
    const [one, other] = await start();
    const sent = Array.from({ length: 100 }, (_, index) => ({ index, text: "\n\0😀" }));
    await Promise.all(sent.map(async (message) => one.roster.send(other.roster.node, message)));
    await other.until("all messages", () => other.messages.length === 100);
    expect(other.messages).toEqual(sent);
    expect(one.messages).toEqual([]);
  });

  it("receives single messages of a node of an earlier version, in order with the lists of others", async () => {
    const [one, other] = await start();
    const channel = `sig:node:${one.roster.node}`;
    for (const message of [{ text: "\n\0😀" }, [1], null])
      await client.sendCommand(["PUBLISH", channel, `message\n${JSON.stringify(message)}`]);
    await other.roster.send(one.roster.node, "last");
    await one.until("all messages", () => one.messages.length === 4);
    expect(one.messages).toEqual([{ text: "\n\0😀" }, [1], null, "last"]);
    expect(one.faults).toEqual([]);
  });

  it("lets another node take an entry over in its place, and the former holder changes nothing any more", async () => {
    const [one, other] = await start();
    await one.join(room, "a");
    await one.join(room, "b");
    const admission = await other.roster.add(room, entryOf(other, "a"), 2);
    expect(admission).toMatchObject({ ok: true, previous: entryOf(one, "a") });
    expect(await one.roster.update(room, "a", entryOf(one, "a").session, { state: "away" })).toBe(false);
    expect(await one.roster.remove(room, "a", entryOf(one, "a").session)).toBe(false);
    await one.until("the takeover", () => one.changes.length > 0);
    expect(one.changes).toEqual([{ room, id: "a", entry: entryOf(other, "a") }]);
    expect(await one.roster.list(room)).toEqual([entryOf(other, "a"), entryOf(one, "b")]);
  });

  it("gives an entry back to the node that it was taken from", async () => {
    const [one, other] = await start();
    await one.join(room, "a");
    await other.roster.add(room, entryOf(other, "a"), 8);
    await one.until("the takeover", () => one.changes.length > 0);
    expect(await other.roster.update(room, "a", entryOf(other, "a").session, entryOf(one, "a"))).toBe(true);
    await one.until("the return", () => one.changes.length > 1);
    expect(await other.roster.find(room, "a")).toEqual(entryOf(one, "a"));
    expect(await one.roster.update(room, "a", entryOf(one, "a").session, { state: "away" })).toBe(true);
    expect(await one.leave(room, "a")).toBe(true);
    expect(await one.roster.rooms()).toEqual([]);
  });

  it("agrees while both nodes join, change, take over and leave at random", async () => {
    const [one, other] = await start();
    await one.join(room, "one");
    await other.join(room, "other");
    let seed = 7;
    const random = (max: number): number => (seed = (seed * 48271) % 2147483647) % max;
    await Promise.all(
      Array.from({ length: 400 }, async (_, index) => {
        const [node, id] = [random(2) === 0 ? one : other, `peer-${random(6)}`];
        const session = `${node.roster.node}/${id}`;
        const action = random(4);
        if (action === 0) await node.roster.add(room, entryOf(node, id, { metadata: index }), 64);
        else if (action === 1) await node.roster.remove(room, id, session);
        else await node.roster.update(room, id, session, { metadata: index });
      }),
    );
    // Each node reads the room once more: its own changes are not in the view of this test.
    await client.sendCommand(["CLIENT", "KILL", "TYPE", "pubsub"]);
    for (const node of [one, other]) await node.until("the room is read again", () => node.read.includes(room));
    await agree(room, one, other);
  });

  it("reads its rooms again when its subscription was lost while they changed", async () => {
    const [one, other] = await start();
    await one.join(room, "a");
    await other.join(room, "b");
    for (let round = 0; round < 5; round += 1) {
      const changes = Array.from({ length: 40 }, async (_, index) => {
        if (index === 10) await client.sendCommand(["CLIENT", "KILL", "TYPE", "pubsub"]);
        await other.update(room, "b", { metadata: `${round} ${index}` });
        await one.join(room, `peer-${round}-${index}`);
      });
      await Promise.all(changes);
      await agree(room, one, other);
    }
    expect(one.read.length).toBeGreaterThan(0);
  });

  it("reads a room again when a change is missing", async () => {
    const [one, other] = await start();
    await one.join(room, "a");
    await other.join(room, "b");
    await one.until("the join", () => one.view(room).length === 2);
    await client.sendCommand(["INCR", `sig:{=${room}}:version`]);
    await other.update(room, "b", { metadata: 1 });
    await one.until("the room is read", () => one.read.includes(room));
    await agree(room, one, other);
  });

  it("T32: drops malformed messages, reports them, and goes on", async () => {
    const [one, other] = await start();
    await one.join(room, "a");
    const messages = [
      "",
      "hello",
      "messages",
      "messages\n{",
      "messages\nnull",
      "message",
      "message\n{",
      "message\n1,2",
      "\n\n\n",
      "set 1 r a",
      `set 99999999999999999999 ${room} b\n1 1 n s 1\n{}`,
      `set 2 ${room} b\n1 1 n s 1\n{"id":"c","session":"s","keyed":true,"state":"online"}`,
      `set 2 ${room} b\n1 1 n s 1\n{"id":"b","session":"s","keyed":true,"state":"gone"}`,
      `end 2 ${room} a`,
      `end x ${room} a s lost`,
      `end 2 ${room} %zz s lost`,
      "heartbeat ",
    ];
    const channel = `sig:node:${one.roster.node}`;
    for (const message of messages) await client.sendCommand(["PUBLISH", channel, message]);
    await client.sendCommand(["PUBLISH", channel, Buffer.from([0xff, 0xfe, 0, 10, 1]).toString("latin1")]);
    await other.join(room, "b");
    await one.until("the join", () => one.view(room).length === 2);
    expect(one.faults).toHaveLength(messages.length + 1);
    await agree(room, one, other);
  });

  it("T32: skips malformed entries, reports each once, and goes on", async () => {
    const [one, other] = await start();
    await one.join(room, "a");
    const valid = '{"id":"x","session":"s","keyed":true,"state":"online"}';
    const records = ["", "{}", valid, `1 1 n s 1\n`, `1 1 n s 1\n{`, `1 1 n s 1\n[]`, `1 1 n s 1\nnull`];
    records.push(`1 1 n s 0\n${valid}`, `1 1 n t 1\n${valid}`, `x 1 n s 1\n${valid}`, `1 1 %zz s 1\n${valid}`);
    records.push(`1 1 n s 1\n${valid.replace("online", "x")}`, `1 1 n s 1\n${valid.replace('"x"', "7")}`);
    for (const [index, record] of records.entries())
      await client.sendCommand(["HSET", `sig:{=${room}}:members`, index === 0 ? "%" : `x${index}`, record]);
    await other.join(room, "b");
    await one.until("the join", () => one.view(room).length === 2);
    expect((await other.roster.list(room)).map(({ id }) => id)).toEqual(["a", "b"]);
    expect((await other.roster.list(room)).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(other.faults).toHaveLength(records.length);
    expect(await other.roster.find(room, "x2")).toBeUndefined();
    await agree(room, one, other);
    expect(await one.leave(room, "a")).toBe(true);
  });

  it("rejects a join while Redis rejects commands, and removes what was added all the same", async () => {
    const [one] = await start();
    await one.join(room, "a");
    const lost = client.duplicate();
    lost.on("error", () => {});
    await lost.connect();
    let fails = true;
    const node = new ObservedNode({
      duplicate: () => lost.duplicate(),
      sendCommand: async (args: string[]) => {
        const reply = await lost.sendCommand(args);
        if (fails && args[0]?.startsWith("EVAL") === true) throw new Error("The reply is lost.");
        return reply;
      },
    });
    nodes.push(node);
    await expect(node.roster.add(room, entryOf(node, "b"), 8)).rejects.toThrow("The reply is lost.");
    await one.until("the join", () => one.view(room).length === 2);
    fails = false;
    await one.until("the removal", () => one.view(room).length === 1);
    expect(one.changes.at(-1)).toMatchObject({ id: "b", reason: "left" });
    await node.close();
    lost.destroy();
  });
});
