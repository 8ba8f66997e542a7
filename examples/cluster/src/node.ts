import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attachSignaling, grant, recommendedServerOptions } from "@sig/server";
import { redisRoster } from "@sig/server/redis";
import { createClient } from "redis";
import { Server } from "socket.io";

// One signaling node, a process of its own. Your own server needs what is between the lines.
const { NODE_NAME: name = "", REDIS_URL: url } = process.env;
const http = createServer((_request, response) => response.writeHead(404).end());

// ---------------------------------------------------------------------------------------------------------------------
const redis = createClient({ url });
redis.on("error", (error: Error) => console.error(`${name}: Redis: ${error.message}`));
await redis.connect();

const io = new Server(http, { ...recommendedServerOptions });
attachSignaling(io, {
  roster: redisRoster(redis),
  // Runs again on the node that a peer returns to, and the others receive its new attributes.
  authorize: () => grant({ attributes: { node: name } }),
});
// ---------------------------------------------------------------------------------------------------------------------

// Only the proxy in front connects to it.
http.listen(0, "127.0.0.1", () => process.send?.({ port: (http.address() as AddressInfo).port }));
// Without the process that started it, a node has no purpose.
process.on("disconnect", () => process.exit());
