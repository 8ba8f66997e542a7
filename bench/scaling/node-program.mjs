/** A node reports its CPU time and its memory when asked. */
const answer = `
process.on("message", (what) => {
  if (what === "memory") globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicros: user + system, heap: process.memoryUsage().heapUsed, rss: process.memoryUsage().rss });
});
process.on("disconnect", () => process.exit());
`;

/** One node. It shares a Redis if its environment names one. */
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
${answer}
Promise.resolve(client?.connect()).then(() =>
  http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => process.send({ port: http.address().port })),
);
`;

/**
 * One of several nodes with an adapter of Socket.IO, whose name is in the environment: signaling whose messages to
 * other nodes the adapter carries, or the relay of tutorials, which leaves everything to the adapter.
 */
export const nodeWithAdapterProgram = `
import { createServer } from "node:http";
import { Server } from "socket.io";
import { createClient } from "redis";
import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { redisRoster } from "@sig/server/redis";

const { REDIS_URL: url, ADAPTER: adapter, RELAY: isRelay } = process.env;
const make = { redis: createAdapter, sharded: createShardedAdapter, streams: createStreamsAdapter }[adapter];
const clients = Array.from({ length: 3 }, () => createClient({ url }));
for (const client of clients) client.on("error", () => undefined);
const [own, publisher, subscriber] = clients;
${answer}

Promise.all(clients.map((client) => client.connect())).then(() => {
  const http = createServer();
  const io = new Server(http, { ...recommendedServerOptions, adapter: make(publisher, subscriber) });
  if (isRelay === undefined) signal(io);
  else relay(io);
  http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => process.send({ port: http.address().port }));
});

function signal(io) {
  const roster = redisRoster(own, { prefix: adapter });
  // Without it messages go through the adapter.
  roster.send = undefined;
  const unlimited = { perSecond: 1e9, burst: 1e9, deliveriesPerSecond: 1e9, deliveryBurst: 1e9 };
  attachSignaling(io, { maxPeersPerRoom: 1000, graceMs: 100, rateLimit: unlimited, roster });
}

function relay(io) {
  io.on("connection", (socket) => {
    socket.on("createAndJoinRoom", ({ room }) => socket.emit("created", { id: socket.id, room, peers: [] }));
    for (const event of ["offer", "answer", "candidate"])
      socket.on(event, (message) => io.to(message.to).emit(event, message));
  });
}
`;
