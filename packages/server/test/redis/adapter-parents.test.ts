import { attachSignaling, type Signaling } from "@sig/server";
import { redisRoster } from "@sig/server/redis";
import { createAdapter } from "@socket.io/redis-adapter";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { newKey } from "../client.js";
import { connectTo, startIo, until } from "../harness.js";
import { hasRedis, RedisServer } from "./redis-server.js";
import { rosterWithoutSend } from "./roster-without-send.js";

describe.skipIf(!hasRedis)("the children of a parent namespace, beside an adapter that carries messages", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => redis.close());

  async function startNode() {
    const [own, client, subscriber] = [await redis.connect(), await redis.connect(), await redis.connect()];
    // The last of the hooks: what the adapter has sent while it was closed is answered.
    onTestFinished(async () => {
      await subscriber.ping();
    });
    const server = await startIo({ adapter: createAdapter(client, subscriber), cleanupEmptyChildNamespaces: true });
    const signaling: Signaling = attachSignaling(server.io.of(/^\/tenant-\d$/), {
      roster: (namespace) => rosterWithoutSend(redisRoster(own, { prefix: `sig:${namespace}` })),
    });
    onTestFinished(() => signaling.close());
    return { ...server, signaling };
  }

  it("reaches a member that is away on a node where the child namespace has gone", async () => {
    const [one, two] = [await startNode(), await startNode()];
    const namespace = "/tenant-1";
    const [ada, bob] = [
      await connectTo(one.url, "websocket", { namespace }),
      await connectTo(two.url, "websocket", { namespace }),
    ];
    const { id } = await ada.join("room", { key: newKey() });
    const { id: idOfBob } = await bob.join("room", { key: newKey() });
    await ada.next("joined");
    await ada.call("offer", { room: "room", to: idOfBob, sdp: "v=0" });
    expect(await bob.next("offer")).toMatchObject({ from: id, sdp: "v=0" });

    const observer = await redis.connect();
    const subscribers = async (): Promise<unknown> =>
      observer.sendCommand(["PUBSUB", "NUMSUB", `socket.io-request#${namespace}#`]);
    expect(await subscribers()).toMatchObject({ 1: 2 });
    ada.close();
    expect(await bob.next("presence")).toMatchObject({ id, state: "away" });
    await until("the child is gone on its node", async () => ((await subscribers()) as number[])[1] === 1);
    expect(await two.signaling.of(namespace).setAttributes("room", id, { role: "host" })).toBe(true);
    expect(await bob.next("attributes")).toMatchObject({ id, attributes: { role: "host" } });
    expect(await two.signaling.of(namespace).kick("room", id)).toBe(true);
    expect(await bob.next("exit")).toMatchObject({ from: id, reason: "kicked" });
  });

  it("keeps the same room of two children apart", async () => {
    const [one, two] = [await startNode(), await startNode()];
    const ada = await connectTo(one.url, "websocket", { namespace: "/tenant-1" });
    const [bob, eve] = [
      await connectTo(two.url, "websocket", { namespace: "/tenant-1" }),
      await connectTo(two.url, "websocket", { namespace: "/tenant-2" }),
    ];
    for (const client of [ada, bob, eve]) await client.join("room", { key: newKey() });
    await ada.next("joined");
    await ada.call("message", { room: "room", type: "chat", data: "hi" });
    expect(await bob.next("message")).toMatchObject({ data: "hi" });
    await eve.roundTrip();
    expect(eve.received("joined", "message")).toEqual([]);
  });
});
