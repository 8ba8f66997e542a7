import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attachSignaling } from "@sig/server";
import { redisRoster } from "@sig/server/redis";
import { createClient } from "redis";
import { Server } from "socket.io";

/** One node of several, in a process that a test can kill. Its argument is the URL of Redis. */
const client = createClient({ url: process.argv[2]! });
client.on("error", () => undefined);
const http = createServer();
const io = new Server(http);
attachSignaling(io, { roster: redisRoster(client), graceMs: 60_000 });
void client.connect().then(() => {
  http.listen(0, "127.0.0.1", () => process.send?.({ port: (http.address() as AddressInfo).port }));
});
process.on("disconnect", () => process.exit(0));
