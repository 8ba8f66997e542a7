import cluster, { type Worker } from "node:cluster";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attachSignaling } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { redisRoster } from "@sig/server/redis";
import { createAdapter, setupPrimary } from "@socket.io/cluster-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";
import { actAsApplication } from "./application.js";
import { rosterWithoutSend } from "./roster-without-send.js";

/**
 * Two workers of node:cluster, each on a port of its own, with Socket.IO's adapter between them. Their primary answers
 * which they are, and what that adapter has published. Arguments: the URL of Redis; `adapter` if the adapter carries
 * the messages of signaling.
 */
const [, , url = "", channel] = process.argv;

if (cluster.isPrimary) {
  setupPrimary();
  const published: string[] = [];
  const nodes: string[] = [];
  const http = createServer((request, response) =>
    response.end(JSON.stringify(request.url === "/nodes" ? nodes : published)),
  );
  cluster.on("message", (_worker: Worker, message: { port?: number }) => {
    if (message.port === undefined) {
      published.push(JSON.stringify(message));
      return;
    }
    nodes.push(`http://127.0.0.1:${message.port}`);
    if (nodes.length === 2)
      http.listen(0, "127.0.0.1", () => process.send?.({ port: (http.address() as AddressInfo).port }));
  });
  // Its workers end with it.
  process.on("disconnect", () => process.exit(0));
  cluster.fork();
  cluster.fork();
} else {
  const client = createClient({ url });
  client.on("error", () => undefined);
  const http = createServer();
  const io = new Server(http, { adapter: createAdapter() as never });
  const inRedis = redisRoster(client, { prefix: `cluster-${channel ?? "redis"}` });
  const roster = channel === "adapter" ? rosterWithoutSend(inRedis) : inRedis;
  const signaling = attachSignaling(io, { roster });
  attachDeviceGateway(http, signaling);
  actAsApplication(io, signaling, roster);
  void client.connect().then(() => {
    http.listen({ port: 0, host: "127.0.0.1", exclusive: true }, () =>
      process.send?.({ port: (http.address() as AddressInfo).port }),
    );
  });
}
