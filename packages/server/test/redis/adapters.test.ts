import { redisRoster } from "@sig/server/redis";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startChild } from "../child-server.js";
import { connectTo } from "../harness.js";
import { startGateway } from "../device/gateway.js";
import { redisAdapters, type MakeAdapter } from "./adapter-nodes.js";
import { exchange, mark, negotiateOn } from "./exchange.js";
import { hasRedis, RedisServer } from "./redis-server.js";

/** The channels and streams of the adapters begin with this; those of the roster do not. */
const adapterName = "socket.io";
const prefix = "roster";

describe.skipIf(!hasRedis)("redisRoster beside an adapter of the application", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => redis.close());

  async function startNode(make: MakeAdapter) {
    const [own, client, subscriber] = [await redis.connect(), await redis.connect(), await redis.connect()];
    return startGateway({ roster: redisRoster(own, { prefix }) }, {}, { adapter: make(client, subscriber) });
  }

  /** Every command that Redis received since, in order. */
  async function watchRedis(): Promise<() => Promise<string[]>> {
    const [monitor, client] = [await redis.connect(), await redis.connect()];
    const commands: string[] = [];
    let notify = (): void => undefined;
    await monitor.monitor((line) => {
      commands.push(line);
      notify();
    });
    onTestFinished(() => monitor.destroy());
    return async () => {
      // Redis reports commands in the order in which it runs them.
      const last = `ECHO of ${Math.random()}`;
      const seen = new Promise<void>((resolve) => {
        notify = () => {
          if (commands.at(-1)?.includes(last)) resolve();
        };
      });
      await client.sendCommand(["ECHO", last]);
      await seen;
      return commands.slice();
    };
  }

  describe.each(redisAdapters)("%s", (_, make) => {
    it("carries what the application broadcasts, and no message of signaling", async () => {
      const commandsSince = await watchRedis();
      const [one, two] = [await startNode(make), await startNode(make)];
      await exchange(one.url, two.url);

      const before = (await commandsSince()).filter((command) => command.includes(mark));
      expect(before.filter((command) => command.includes(adapterName))).toEqual([]);
      expect(before.length).toBeGreaterThan(20);

      const listener = await connectTo(two.url);
      const arrived = new Promise((resolve) => listener.socket.once("news", resolve));
      one.io.emit("news", mark);
      expect(await arrived).toBe(mark);
      const after = (await commandsSince()).filter((command) => command.includes(mark)).slice(before.length);
      expect(after.map((command) => command.includes(adapterName))).toEqual([true]);
    });

    it("leaves signaling between two peers of one node on that node", async () => {
      const [one, two] = [await startNode(make), await startNode(make)];
      await negotiateOn(one.url, two.url, async (negotiate) => {
        const commandsSince = await watchRedis();
        await negotiate();
        expect((await commandsSince()).filter((command) => command.includes(mark))).toEqual([]);
      });
    });
  });

  it("@socket.io/cluster-adapter carries what the application broadcasts, and no message of signaling", async () => {
    const primary = await startChild("redis/cluster-process.ts", `redis://127.0.0.1:${redis.port}`);
    onTestFinished(() => primary.stop());
    const ask = async (path: string): Promise<string[]> => (await (await fetch(primary.url + path)).json()) as string[];
    const [one, two] = (await ask("/nodes")) as [string, string];
    await exchange(one, two);
    expect((await ask("/published")).filter((message) => message.includes(mark))).toEqual([]);

    const listener = await connectTo(two);
    const arrived = new Promise((resolve) => listener.socket.once("news", resolve));
    const speaker = await connectTo(one);
    speaker.socket.emit("say", mark);
    expect(await arrived).toBe(mark);
    expect((await ask("/published")).filter((message) => message.includes(mark))).toHaveLength(1);
  });
});
