import { redisRoster } from "@sig/server/redis";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { FakeClock } from "../fake-clock.js";
import { startServer, until } from "../harness.js";
import { hasRedis, RedisServer } from "./redis-server.js";

describe.skipIf(!hasRedis)("the metric rosterReachable of a node", () => {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await RedisServer.start();
  });
  afterEach(async () => redis.close());

  it.each([false, true])("follows Redis, also where commands are not kept: %s", async (disableOfflineQueue) => {
    const roster = redisRoster(await redis.connect({ disableOfflineQueue }));
    expect(roster.reachable, "a node that does not take part yet").toBe(false);
    const { signaling } = await startServer({ roster });
    expect(signaling.metrics().rosterReachable, "before the first answer").toBe(0);
    const isReachable = (): boolean => signaling.metrics().rosterReachable === 1;
    await until("Redis has answered", isReachable);
    await redis.stop();
    await until("its end is noticed", () => !isReachable());
    await redis.startAgain();
    await until("it is back", isReachable);
  });

  it("is 0 while the subscription is lost, and what others do is missed, though heartbeats are answered", async () => {
    const other = await RedisServer.start();
    onTestFinished(() => other.close());
    const [client, subscriber] = [await redis.connect(), await other.connect()];
    const roster = redisRoster({
      duplicate: () => subscriber.duplicate(),
      sendCommand: async (args) => client.sendCommand(args),
    });
    const { signaling } = await startServer({ roster });
    const isReachable = (): boolean => signaling.metrics().rosterReachable === 1;
    await until("both answer", isReachable);
    await other.stop();
    await until("the lost subscription is noticed", () => !isReachable());
    await other.startAgain();
    await until("it is subscribed again", isReachable);
  });

  it("is 0 while no heartbeat is answered, though the connection is open", async () => {
    const clock = new FakeClock();
    const client = await redis.connect();
    let answers = true;
    const frozen = {
      duplicate: () => client.duplicate(),
      sendCommand: async (args: string[]) => (answers ? client.sendCommand(args) : new Promise<never>(() => undefined)),
    };
    const roster = redisRoster(frozen, { clock });
    const { signaling } = await startServer({ roster });
    await until("Redis has answered", () => signaling.metrics().rosterReachable === 1);
    answers = false;
    clock.advance(5999);
    expect(signaling.metrics().rosterReachable, "others do not take it for dead yet").toBe(1);
    clock.advance(1);
    expect(signaling.metrics().rosterReachable).toBe(0);
    answers = true;
    clock.advance(5000);
    await until("Redis answers again", () => signaling.metrics().rosterReachable === 1);
  });
});
