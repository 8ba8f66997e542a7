// This library. Its rate limiter works but never rejects, although it is made to stop such load.
import { createServer } from "node:http";
import { attachSignaling } from "@sig/server";
import { relayParser } from "@sig/server/parser";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  serveClient: false,
  ...(process.env.PARSER !== undefined && { parser: relayParser }),
});
const unlimited = { perSecond: 1e9, burst: 1e9, deliveriesPerSecond: 1e9, deliveryBurst: 1e9 };
attachSignaling(io, { maxPeersPerRoom: 1000, graceMs: 100, rateLimit: unlimited });
http.listen({ port: Number(process.env.PORT), host: "127.0.0.1", backlog: 4096 });
