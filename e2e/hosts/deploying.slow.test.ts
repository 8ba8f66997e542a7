import { Agent } from "node:https";
import { PeerManager } from "@sig/client";
import { FakeNetwork } from "@sig/client/testing";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { hasRedis, RedisServer } from "../../packages/server/test/redis/redis-server.js";
import { hasProxy, ProxyProgram, type ProxyKind } from "../support/proxy-program.js";
import { bundleServer, DeployedNode, removeServer } from "./support/deployed-node.js";
import { peerStates } from "./support/meeting.js";
import { connected } from "./support/page.js";

/** The states of the others, for each of four peers. */
const allConnected = Array.from({ length: 4 }, () => ["connected", "connected", "connected"]);

type Transport = "websocket" | "polling";

const kinds: readonly ProxyKind[] = ["Caddy", "nginx"];

describe.each(kinds)("examples/deploying behind %s", (kind) => {
  describe.skipIf(!hasProxy(kind) || !hasRedis)("with two nodes", () => {
    let folder: string;
    let redis: RedisServer;
    let nodes: [DeployedNode, DeployedNode];
    let proxy: ProxyProgram;

    beforeAll(async () => {
      [folder, redis] = await Promise.all([bundleServer(), RedisServer.start()]);
      const [one, two] = await Promise.all([1, 2].map(() => DeployedNode.start(folder, redis.port)));
      nodes = [one!, two!];
      proxy = await ProxyProgram.start(kind, [nodes[0].port, nodes[1].port]);
    }, 60_000);

    afterAll(async () => {
      await proxy.close();
      await Promise.all(nodes.map((node) => node.stop("SIGKILL")));
      await redis.close();
      await removeServer(folder);
    });

    /** @param number of the address that it comes from: a machine has many on loopback */
    async function connect(transport: Transport, number = 1): Promise<Socket> {
      const agent = new Agent({ ca: proxy.ca, keepAlive: true, localAddress: `127.0.0.${number}` });
      const socket = io(proxy.url, {
        transports: [transport],
        upgrade: false,
        forceNew: true,
        ca: proxy.ca,
        agent: agent as never,
        reconnectionDelay: 50,
        reconnectionDelayMax: 200,
      });
      onTestFinished(() => {
        socket.disconnect();
        agent.destroy();
      });
      await connected(socket);
      return socket;
    }

    const clients = (): Promise<number[]> => Promise.all(nodes.map((node) => node.clients()));

    /** Connects until each node has one more. */
    async function connectToEach(transport: Transport): Promise<Socket[]> {
      const before = await clients();
      const found: (Socket | undefined)[] = [undefined, undefined];
      for (let number = 1; number < 100 && found.includes(undefined); number += 1) {
        const [had, socket, has] = [await clients(), await connect(transport, number), await clients()];
        const index = has.findIndex((count, at) => count > (had[at] ?? 0));
        if (found[index] === undefined) found[index] = socket;
        else socket.disconnect();
      }
      expect([transport, before, found.map((socket) => socket?.connected)]).toEqual([transport, before, [true, true]]);
      return found as Socket[];
    }

    function manage(sockets: readonly Socket[]): PeerManager[] {
      const network = new FakeNetwork();
      return sockets.map((socket, index) => {
        const manager = new PeerManager(socket, {
          RTCPeerConnection: network.connectionClass(`peer ${index}`),
          recovery: { rejoinDelayMs: 20, rejoinMaxDelayMs: 50 },
        });
        onTestFinished(() => manager.leave());
        return manager;
      });
    }

    test("clients over wss and long polling meet, whichever node they are on", async () => {
      const sockets = [...(await connectToEach("websocket")), ...(await connectToEach("polling"))];
      expect(sockets.map(({ io: { engine } }) => engine.transport.name)).toEqual([
        ...["websocket", "websocket", "polling", "polling"],
      ]);
      const managers = manage(sockets);
      for (const manager of managers) await manager.join("meeting");
      await expect.poll(() => managers.map(peerStates)).toEqual(allConnected);
    });

    test("devices connect over wss at /device", async () => {
      const device = new WebSocket(`${proxy.url.replace("https", "wss")}/device`, { ca: proxy.ca });
      onTestFinished(() => device.terminate());
      await new Promise((resolve, reject) => {
        device.once("open", resolve);
        device.once("error", reject);
      });
    });

    test("when a node stops nobody leaves, and its clients are back on the other one", async () => {
      const sockets = [...(await connectToEach("websocket")), ...(await connectToEach("polling"))];
      const managers = manage(sockets);
      const left: unknown[] = [];
      for (const manager of managers) {
        manager.on("peerLeft", (_, reason) => left.push(reason));
        manager.on("error", (error) => left.push(error));
        await manager.join("stop");
      }
      await expect.poll(() => managers.map(peerStates)).toEqual(allConnected);
      const ids = managers.map(({ id }) => id);
      const returns = [0, 2].map((index) => managers[index]!).map((manager) => manager.once("state"));
      await nodes[0].stop("SIGTERM");
      await Promise.all(returns);
      await expect
        .poll(() => managers.map(({ state }) => state), { timeout: 20_000 })
        .toEqual(managers.map(() => "joined"));
      // A request that was under way when the node stopped may have left a connection more.
      await expect.poll(() => nodes[1].clients()).toBeGreaterThanOrEqual(4);
      expect(managers.map(({ id }) => id)).toEqual(ids);
      expect(managers.map(peerStates)).toEqual(allConnected);
      expect(left).toEqual([]);
    });
  });
});
