import { redisRoster } from "@sig/server/redis";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startChild } from "../child-server.js";
import { newKey, type TestClient } from "../client.js";
import { connectTo, startServer } from "../harness.js";
import { hasRedis, RedisServer } from "./redis-server.js";

const candidate = { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1 1 udp 1 192.0.2.1 1 typ host" };

describe.skipIf(!hasRedis)("nodes of a service that share a Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => redis.close());

  let prefixes = 0;
  const startNodes = async (count = 2) => {
    prefixes += 1;
    const prefix = `test-${prefixes}`;
    return Promise.all(
      Array.from({ length: count }, async () =>
        startServer({ roster: redisRoster(await redis.connect(), { prefix }), graceMs: 60_000 }),
      ),
    );
  };

  it("relay the whole exchange between two sockets of two servers", async () => {
    const [one, two] = await startNodes();
    const [ada, bob] = [await one!.connect(), await two!.connect("polling")];
    const { id: idOfAda } = await ada.join("room", { key: newKey(), metadata: { name: "Ada" } });
    const { id: idOfBob, peers } = await bob.join("room", { key: newKey() });
    expect(peers).toMatchObject([{ id: idOfAda, state: "online", metadata: { name: "Ada" } }]);
    expect(await ada.next("joined")).toMatchObject({ id: idOfBob });
    await bob.call("offer", { room: "room", to: idOfAda, sdp: "v=0" });
    for (let sent = 0; sent < 16; sent += 1) bob.emit("candidate", { room: "room", to: idOfAda, candidate });
    expect(await ada.next("offer")).toMatchObject({ from: idOfBob });
    for (let received = 0; received < 16; received += 1)
      expect(await ada.next("candidate")).toMatchObject({ from: idOfBob, candidate });
    await ada.call("answer", { room: "room", to: idOfBob, sdp: "v=0" });
    expect(await bob.next("answer")).toMatchObject({ from: idOfAda });
    await ada.call("exit", { room: "room" });
    expect(await bob.next("exit")).toMatchObject({ from: idOfAda, reason: "left" });
  });

  it("give a peer its membership back on another node, with nothing but its key", async () => {
    const [one, two] = await startNodes();
    const [ada, witness] = [await one!.connect(), await one!.connect()];
    const key = newKey();
    const { id } = await ada.join("room", { key });
    await witness.join("room", { key: newKey() });
    ada.close();
    expect(await witness.next("presence")).toMatchObject({ id, state: "away" });
    const again = await two!.connect();
    expect(await again.join("room", { key })).toMatchObject({ id, resumed: true });
    expect(await witness.next("presence")).toMatchObject({ id, state: "online" });
  });

  it("a node that is killed leaves its members with a key away, and they come back elsewhere", async () => {
    const prefixed = redisRoster(await redis.connect());
    const survivor = await startServer({ roster: prefixed, graceMs: 60_000 });
    const killed = await startChild("redis/node-process.ts", `redis://127.0.0.1:${redis.port}`);
    onTestFinished(() => killed.stop());
    const witness = await survivor.connect();
    await witness.join("room", { key: newKey() });
    const key = newKey();
    const members: TestClient[] = [await connectTo(killed.url), await connectTo(killed.url)];
    const { id } = await members[0]!.join("room", { key });
    const { id: legacy } = await members[1]!.join("room");
    await witness.next("joined", (payload) => payload.id === legacy);
    await killed.stop("SIGKILL");
    expect(await untilNotified(witness, id)).toMatchObject({ id, state: "away" });
    expect(await witness.next("exit")).toMatchObject({ from: legacy, reason: "lost" });
    const again = await survivor.connect();
    expect(await again.join("room", { key })).toMatchObject({ id, resumed: true });
    expect(await witness.next("presence")).toMatchObject({ id, state: "online" });
  });
});

/** Adoption may take longer than a client waits for an event. */
async function untilNotified(witness: TestClient, id: string): Promise<unknown> {
  const wait = async () => witness.next("presence", (payload) => payload.id === id);
  return wait().catch(wait);
}
