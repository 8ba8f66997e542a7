/** One node: it reports its CPU time and its memory when asked. It shares a Redis if its environment names one. */
export const nodeProgram = `
import { createServer } from "node:http";
import { Server } from "socket.io";
import { createClient } from "redis";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { redisRoster } from "@sig/server/redis";

const { REDIS_URL: url } = process.env;
const client = url === undefined ? undefined : createClient({ url });
client?.on("error", () => undefined);
const http = createServer();
const io = new Server(http, recommendedServerOptions);
attachSignaling(io, {
  maxPeersPerRoom: 1000,
  graceMs: 100,
  rateLimit: { perSecond: 1e9, burst: 1e9, deliveriesPerSecond: 1e9, deliveryBurst: 1e9 },
  ...(client !== undefined && { roster: redisRoster(client) }),
});
process.on("message", (what) => {
  if (what === "memory") globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicros: user + system, heap: process.memoryUsage().heapUsed, rss: process.memoryUsage().rss });
});
process.on("disconnect", () => process.exit());
Promise.resolve(client?.connect()).then(() =>
  http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => process.send({ port: http.address().port })),
);
`;
