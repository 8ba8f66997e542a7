import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis, RedisServer } from "../../packages/server/test/redis/redis-server.js";
import { TcpProxy } from "../support/tcp-proxy.js";
import { LabServer } from "./lab/lab-server.js";
import {
  connected,
  eventsMatching,
  joinLab,
  openLab,
  receivesFrames,
  waitForState,
  type LabPage,
} from "./lab/lab-page.js";
import { Browsers } from "./support/pairings.js";

describe.skipIf(!hasRedis)("two pages whose signaling servers share a Redis", () => {
  const browsers = new Browsers();
  let redis: RedisServer;
  let nodes: LabServer[];
  let proxy: TcpProxy;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { REDIS_URL: `redis://127.0.0.1:${String(redis.port)}` };
    nodes = await Promise.all([LabServer.start(env), LabServer.start(env)]);
    proxy = await TcpProxy.open(nodes[0]!.port);
  });

  afterAll(async () => {
    await browsers.close();
    await proxy.close();
    await Promise.all(nodes.map((node) => node.close()));
    await redis.close();
  });

  it("F07, F12: stay connected while a node is killed and Redis restarts, and meet a third page after it", async () => {
    const [one, two] = nodes as [LabServer, LabServer];
    const browser = await browsers.get("chromium");
    const open = async (url: string): Promise<LabPage> => openLab(browser, { url });
    const [ada, bob] = await Promise.all([open(proxy.url), open(two.url)]);
    const pages = [ada, bob];
    const ids = [await joinLab(ada, "nodes", { camera: true }), await joinLab(bob, "nodes", { camera: true })];
    await Promise.all(pages.map((page) => connected(page, 1)));
    await Promise.all(pages.map((page) => receivesFrames(page)));
    for (const { page } of pages)
      await page.evaluate(() => {
        window.kept.connection = window.lab.peer()?.connection;
      });

    proxy.targetPort = two.port;
    await one.kill();
    await waitForState(ada, "reconnecting");
    await Promise.all(pages.map((page) => receivesFrames(page, 10)));
    await waitForState(ada, "joined");

    await redis.stop();
    await Promise.all(pages.map((page) => receivesFrames(page, 10)));
    await redis.startAgain();
    await one.restart();
    const cleo = await open(one.url);
    await joinLab(cleo, "nodes", { camera: true });
    await connected(cleo, 2);
    await Promise.all(pages.map((page) => connected(page, 2)));
    await Promise.all([...pages, cleo].map((page) => receivesFrames(page, 10)));

    for (const [at, page] of pages.entries()) {
      expect(await page.page.evaluate(() => window.manager.id)).toBe(ids[at]);
      expect(await eventsMatching(page, /^peerLeft|^error|^trackEnded/)).toEqual([]);
      const isSame = await page.page.evaluate(
        (other) => window.manager.peers.get(other)?.connection === window.kept.connection,
        ids[1 - at] ?? "",
      );
      expect(isSame).toBe(true);
      expect(page.errors).toEqual([]);
    }
  });
});
