import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis, RedisServer } from "../../packages/server/test/redis/redis-server.js";
import { checkHistory } from "../../packages/server/test/history/check-history.js";
import type { ClientEvent } from "../../packages/server/test/history/history.js";
import { TcpProxy } from "../support/tcp-proxy.js";
import { LabServer } from "./lab/lab-server.js";
import { connected, eventsMatching, joinLab, openLab, receivesFrames, type LabPage } from "./lab/lab-page.js";
import { Browsers } from "./support/pairings.js";

/** Frames on their way while the two ends are asked, one after the other. */
const framesUnderWay = 10;

describe.skipIf(!hasRedis)("a call during a rolling deploy", () => {
  const browsers = new Browsers();
  let redis: RedisServer;
  let nodes: LabServer[];
  let balancer: TcpProxy;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { REDIS_URL: `redis://127.0.0.1:${String(redis.port)}`, DRAIN_MS: "8000" };
    nodes = await Promise.all([LabServer.start(env), LabServer.start(env), LabServer.start(env)]);
    balancer = await TcpProxy.open(nodes[0]!.port);
  });

  afterAll(async () => {
    await browsers.close();
    await balancer.close();
    await Promise.all(nodes.map((node) => node.close()));
    await redis.close();
  });

  it("F10: loses no frame and nobody, while every node drains and starts again", async () => {
    const browser = await browsers.get("chromium");
    const open = async (target: LabServer): Promise<LabPage> => {
      balancer.targetPort = target.port;
      const page = await openLab(browser, { url: balancer.url });
      ids.push(await joinLab(page, "deploy", { camera: true, frameRate: 30 }));
      return page;
    };
    const ids: string[] = [];
    const pages = [await open(nodes[0]!), await open(nodes[1]!), await open(nodes[2]!)];
    await Promise.all(pages.map((page) => connected(page, 2)));
    await Promise.all(pages.map((page) => receivesFrames(page)));
    const before = await Promise.all(pages.map(mediaOf));
    await Promise.all(pages.map(recordHistory));

    for (const [at, node] of nodes.entries()) {
      // The load balancer sends nobody to a node that is about to stop.
      balancer.targetPort = nodes[(at + 1) % nodes.length]!.port;
      expect(await node.drain()).toBe(0);
      await node.restart();
    }

    await Promise.all(pages.map((page) => receivesFrames(page, 10)));
    const ends = await Promise.all(pages.map(endOf));
    const rosters = Object.fromEntries(ends.map(({ members }, at) => [`page ${at + 1}`, members]));
    const connections = Object.fromEntries(ends.map((end, at) => [ids[at]!, end.connections]));
    const clients = ends.map(({ events }, at) => ({ id: ids[at]!, events }));
    expect(checkHistory({ clients, nodes: [], end: { rosters, online: ids, connections } })).toEqual([]);
    const after = await Promise.all(pages.map(mediaOf));
    for (const [at, page] of pages.entries()) {
      expect(await page.page.evaluate(() => window.manager.id)).toBe(ids[at]);
      expect(
        await eventsMatching(page, /^peerLeft|^peerJoined|^peerState reconnecting|^recovery|^error|^trackEnded/),
      ).toEqual(await eventsMatching(page, /^peerJoined/));
      expect(await eventsMatching(page, /^peerJoined/)).toHaveLength(2);
      expect((await eventsMatching(page, /^state reconnecting/)).length, "it has moved").toBeGreaterThan(0);
      expect(page.errors).toEqual([]);
      for (const [other, sent] of Object.entries(after[at]!.sent)) {
        const receiver = ids.indexOf(other);
        const arrived = after[receiver]!.received[ids[at]!]! - before[receiver]!.received[ids[at]!]!;
        expect(sent - before[at]!.sent[other]! - arrived).toBeLessThanOrEqual(framesUnderWay);
      }
    }
  });
});

/** How many frames a page has sent to each other page, and received from it, over the connection of the moment. */
function mediaOf({ page }: LabPage) {
  return page.evaluate(async () => {
    const sent: Record<string, number> = {};
    const received: Record<string, number> = {};
    for (const peer of window.manager.peers.values())
      for (const report of (await peer.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (report.kind !== "video") continue;
        if (report.type === "outbound-rtp") sent[peer.id] = report.framesSent as number;
        if (report.type === "inbound-rtp") received[peer.id] = report.framesReceived as number;
      }
    return { sent, received };
  });
}

/** From now on the page records what its manager is notified of, for the checker of histories. */
async function recordHistory({ page }: LabPage): Promise<void> {
  await page.evaluate(() => {
    const { manager } = window;
    const present = [...manager.peers.values()].map(({ id, presence }) => ({ id, state: presence }));
    const history: object[] = [
      { type: "connected", connection: 1 },
      { type: "created", peers: present },
    ];
    window.kept.history = history;
    manager.on("peerJoined", ({ id }) => history.push({ type: "joined", id }));
    manager.on("peerLeft", ({ id }, reason) => history.push({ type: "exit", id, reason }));
    manager.on("error", ({ message }) => history.push({ type: "error", message }));
    const connections: [peer: string, connection: RTCPeerConnection | undefined][] = [];
    for (const peer of manager.peers.values()) {
      const { id } = peer;
      connections.push([id, peer.connection]);
      const number = connections.length;
      history.push({ type: "connection", peer: id, number, state: "ice-connected" });
      peer.on("presence", (state) => history.push({ type: "presence", id, state }));
    }
    window.kept.connections = connections;
  });
}

/** What it has recorded, and how it is in the end: a connection that was replaced has been closed in use. */
function endOf({ page }: LabPage) {
  return page.evaluate(async () => {
    const { manager, kept } = window;
    const events = kept.history as ClientEvent[];
    const before = kept.connections as [peer: string, connection: RTCPeerConnection | undefined][];
    for (const [at, [peer, connection]] of before.entries())
      if (connection?.connectionState === "closed")
        events.push({ type: "connection", peer, number: at + 1, state: "closed" });
    const connections: { peer: string; signalingState: string; channelState: string }[] = [];
    for (const peer of manager.peers.values()) {
      const reports = [...(await peer.getStats()).values()] as Record<string, unknown>[];
      const channel = reports.find(({ type, label }) => type === "data-channel" && label === "sig");
      const signalingState = peer.connection?.signalingState ?? "absent";
      connections.push({ peer: peer.id, signalingState, channelState: String(channel?.state) });
    }
    const others = [...manager.peers.values()].map(({ id, presence }) => ({ id, state: presence }));
    return { events, connections, members: [...others, { id: manager.id ?? "", state: "online" as const }] };
  });
}
