import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newKey, type TestClient } from "../client.js";
import { connectTo, until } from "../harness.js";
import {
  redisAdapters,
  startNodesOfClusterAdapter,
  startNodesOfRedisAdapter,
  type AdapterNodes,
} from "./adapter-nodes.js";
import { exchange, mark, negotiateOn } from "./exchange.js";
import { hasRedis, RedisServer } from "./redis-server.js";

type StartNodes = (redis: RedisServer) => Promise<AdapterNodes>;

const adapters: readonly (readonly [name: string, start: StartNodes])[] = [
  ...redisAdapters.map(
    ([name, make]) => [name, (redis: RedisServer) => startNodesOfRedisAdapter(redis, make)] as const,
  ),
  ["@socket.io/cluster-adapter", startNodesOfClusterAdapter],
];

/** Asks the application of the node that a client is connected to. */
const ask = async <Result>(client: TestClient, event: string, ...args: unknown[]): Promise<Result> =>
  client.socket.timeout(8_000).emitWithAck(event, ...args) as Promise<Result>;

const eventOf = (node: string): string => `sig:${JSON.stringify(["/", node])}`;

describe.skipIf(!hasRedis)("a roster without `send`", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => redis.close());

  describe.each(adapters)("beside %s", (_, startNodes) => {
    let nodes: AdapterNodes;
    beforeAll(async () => {
      nodes = await startNodes(redis);
    });
    afterAll(async () => nodes.close());

    let rooms = 0;
    /** A page on each node, in a room of their own. */
    async function meet(key = newKey()) {
      rooms += 1;
      const room = `room-${rooms}`;
      const [ada, bob] = [await connectTo(nodes.one), await connectTo(nodes.two)];
      const { id: idOfAda } = await ada.join(room, { key });
      const { id: idOfBob } = await bob.join(room, { key: newKey() });
      expect(await ada.next("joined")).toMatchObject({ id: idOfBob });
      return { room, ada, bob, idOfAda, idOfBob };
    }

    it("lets pages and devices of two nodes call each other, by events between servers alone", async () => {
      const before = (await nodes.calls()).length;
      await exchange(nodes.one, nodes.two);
      const calls = (await nodes.calls()).slice(before).filter(({ method }) => method !== "other");
      expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["serverSideEmit"]));
      expect(calls.filter(({ text }) => text.includes(mark)).length).toBeGreaterThan(10);
    });

    it("leaves signaling between two peers of one node on that node", async () => {
      await negotiateOn(nodes.one, nodes.two, async (negotiate) => {
        const before = (await nodes.calls()).length;
        await negotiate();
        const calls = (await nodes.calls()).slice(before);
        expect(calls.filter(({ text }) => text.includes(mark))).toEqual([]);
      });
    });

    it("delivers everything that a peer sends in order, both ways at the same time", async () => {
      const { room, ada, bob, idOfAda, idOfBob } = await meet();
      const line = "candidate:1 1 udp 1 192.0.2.1 1 typ host";
      const sendAll = (from: TestClient, to: string): void => {
        from.emit("offer", { room, to, sdp: "v=0" });
        for (let sent = 0; sent < 40; sent += 1)
          from.emit("candidate", { room, to, candidate: { sdpMid: String(sent), sdpMLineIndex: sent, sdp: line } });
        from.emit("answer", { room, to, sdp: "v=0" });
      };
      sendAll(ada, idOfBob);
      sendAll(bob, idOfAda);
      await Promise.all([ada.next("answer"), bob.next("answer")]);
      for (const client of [ada, bob]) {
        const received = client.received("offer", "candidate", "answer") as [string, { candidate?: object }][];
        expect(received.map(([event]) => event)).toEqual(["offer", ...Array<string>(40).fill("candidate"), "answer"]);
        expect(received.slice(1, -1).map(([, { candidate }]) => candidate)).toMatchObject(
          Array.from({ length: 40 }, (__, sent) => ({ sdpMid: String(sent), sdpMLineIndex: sent, sdp: line })),
        );
      }
    });

    it("changes attributes of a peer on the other node, and kicks it", async () => {
      const { room, ada, bob, idOfBob } = await meet();
      expect(await ask(ada, "attributes", room, idOfBob, { role: "host" })).toBe(true);
      expect(await bob.next("attributes")).toMatchObject({ id: idOfBob, attributes: { role: "host" } });
      expect(await ada.next("attributes")).toMatchObject({ id: idOfBob, attributes: { role: "host" } });
      expect(await ask(ada, "kick", room, idOfBob)).toBe(true);
      expect(await bob.next("exit")).toMatchObject({ from: idOfBob, reason: "kicked", message: "Enough." });
      expect(await ada.next("exit")).toMatchObject({ from: idOfBob, reason: "kicked" });
      const again = await bob.call("offer", { room, to: idOfBob, sdp: "v=0" });
      expect(again).toMatchObject({ ok: false, code: "NOT_IN_ROOM" });
    });

    it("gives a membership to the same key on the other node, and signals find it there", async () => {
      const key = newKey();
      const { room, ada, bob, idOfAda } = await meet(key);
      const again = await connectTo(nodes.two);
      expect(await again.join(room, { key })).toMatchObject({ id: idOfAda, resumed: true });
      expect(await ada.next("exit")).toMatchObject({ from: idOfAda, reason: "replaced" });
      const third = await connectTo(nodes.one);
      const { id } = await third.join(room, { key: newKey() });
      await bob.call("offer", { room, to: idOfAda, sdp: "from Bob" });
      expect(await again.next("offer")).toMatchObject({ sdp: "from Bob" });
      await third.call("offer", { room, to: idOfAda, sdp: "from the third" });
      expect(await again.next("offer")).toMatchObject({ from: id, sdp: "from the third" });
      expect(ada.received("offer")).toEqual([]);
    });

    it("leaves the application's own events between servers alone, answers included", async () => {
      const { ada, bob } = await meet();
      const news = new Promise((resolve) => bob.socket.once("news", resolve));
      expect(await ask(ada, "say-to-servers", "hello")).toEqual(["hello"]);
      expect(await news).toBe("hello");
    });

    it("reports ten malformed messages of another program, and goes on", async () => {
      const { room, ada, bob, idOfBob } = await meet();
      const event = eventOf(await ask<string>(bob, "node"));
      const before = (await ask<string[]>(bob, "faults")).length;
      const texts = ["", "{", "null", '"[]"', "[1]", "[null]", '[{"kind":"deliver"}]', '[{"kind":"kick","room":{}}]'];
      for (const forged of [...texts.map((text) => [text]), [{ kind: "kick" }], []]) ada.emit("forge", event, forged);
      await until("ten faults", async () => (await ask<string[]>(bob, "faults")).length === before + 10);
      expect((await ask<string[]>(bob, "faults")).slice(before)).toEqual(Array(10).fill("roster"));
      await ada.call("offer", { room, to: idOfBob, sdp: "v=0" });
      expect(await bob.next("offer")).toMatchObject({ sdp: "v=0" });
    });

    // The last one: it closes the service of a node.
    it("leaves no listener for events between servers behind when it is closed", async () => {
      const { bob } = await meet();
      const event = eventOf(await ask<string>(bob, "node"));
      expect(await ask(bob, "events")).toContain(event);
      await ask(bob, "close-signaling");
      const left = await ask<string[]>(bob, "events");
      expect(left.filter((name) => name.startsWith("sig:"))).toEqual([]);
      expect(left).toContain("news");
    });
  });
});
