import { monitorEventLoopDelay } from "node:perf_hooks";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attachSignaling, peerIdFromKey, recommendedServerOptions } from "@sig/server";
import { redisRoster } from "@sig/server/redis";
import { createClient } from "redis";
import { Server } from "socket.io";
import type { NodeRequest, NodeReport, NodeSettings } from "./node-protocol.js";

/** One node of several, in a process that a test can kill or freeze. It reports what its service emits. */
const { redisPort, prefix, port, graceMs, epochOffsetMs, rateLimit } = JSON.parse(process.argv[2]!) as NodeSettings;
const report = (message: NodeReport): void => void process.send?.(message);

let offsetMs = epochOffsetMs;
const realNow = Date.now;
Date.now = () => realNow() + offsetMs;

const client = createClient({ socket: { host: "127.0.0.1", port: redisPort, reconnectStrategy: 100 } });
client.on("error", () => undefined);
const http = createServer();
const io = new Server(http, { ...recommendedServerOptions });
const signaling = attachSignaling(io, {
  roster: redisRoster(client, { prefix }),
  graceMs,
  ...(rateLimit ? {} : { rateLimit: false as const }),
});
// A member may leave again before it is admitted: its node emits that it has left, and never that it joined.
io.on("connection", (socket) =>
  socket.onAny((event: string, payload: { room?: unknown; key?: unknown } | undefined) => {
    if (event !== "createAndJoinRoom" || typeof payload?.key !== "string") return;
    report({ type: "asked", room: String(payload.room), id: peerIdFromKey(payload.key) });
  }),
);
for (const type of ["peerJoined", "peerAway", "peerBack"] as const)
  signaling.on(type, ({ room, peer }) => report({ type: "event", room, event: { type, id: peer.id } }));
signaling.on("peerLeft", ({ room, peer, reason }) =>
  report({ type: "event", room, event: { type: "peerLeft", id: peer.id, reason } }),
);
signaling.on("relayed", ({ room, from, to, event }) => {
  if (event === "offer") report({ type: "event", room, event: { type: "relayed", from, to } });
});
const fail = (message: string): void => report({ type: "event", event: { type: "error", message } });
// An outage of Redis is reported as `roster`: that is the test's own doing.
signaling.on("error", ({ source, message }) =>
  source === "roster" ? report({ type: "outage", message }) : fail(`${source}: ${message}`),
);
process.on("uncaughtException", ({ message }) => fail(message));
process.on("unhandledRejection", (cause) => fail(String(cause)));

process.on("message", (request: NodeRequest) => {
  if (request.type === "block") {
    const end = performance.now() + request.ms;
    while (performance.now() < end);
  } else if (request.type === "skew") offsetMs = request.ms;
  else if (request.type === "drain")
    void signaling
      .drain({ withinMs: request.withinMs })
      .then(({ remaining }) => signaling.close().then(() => report({ type: "drained", remaining })))
      .then(() => setImmediate(() => process.exit(0)));
  else if (request.type === "kick") void signaling.kick(request.room, request.id);
  else if (request.type === "attributes") void signaling.setAttributes(request.room, request.id, request.attributes);
  else if (request.type === "message") signaling.send(request.room, request.kind, request.data);
  else if (request.type === "resources") {
    globalThis.gc?.();
    void signaling.rooms().then((rooms) => {
      const { heapUsed: heap } = process.memoryUsage();
      report({ type: "resources", heap, rooms: rooms.length, longestDelayMs: loopDelay.max / 1e6 });
    });
  } else {
    signaling.peers(request.room).then(
      (peers) => report({ type: "peers", peers: peers.map(({ id, state }) => ({ id, state })) }),
      (cause: unknown) => report({ type: "peers", failed: String(cause) }),
    );
  }
});

const loopDelay = monitorEventLoopDelay();
loopDelay.enable();

void client.connect().then(() => {
  http.listen(port, "127.0.0.1", () => report({ type: "listening", port: (http.address() as AddressInfo).port }));
});
process.on("disconnect", () => process.exit(0));
