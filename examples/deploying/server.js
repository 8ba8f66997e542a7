import { createServer } from "node:http";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { redisRoster } from "@sig/server/redis";
import { turnServers } from "@sig/server/turn";
import { createClient } from "redis";
import { Server } from "socket.io";

const { PORT = "3000", REDIS_URL, TURN_URLS, TURN_SECRET = "", DRAIN_MS = "30000" } = process.env;

const http = createServer((request, response) => {
  // Whether this process can serve, and nothing else: while Redis is away no node may be taken out.
  if (request.url === "/healthz")
    response.writeHead(signaling.draining ? 503 : 200).end(JSON.stringify({ clients: io.engine.clientsCount }));
  else response.writeHead(404).end();
});

const redis = createClient({ url: REDIS_URL });
redis.on("error", (error) => console.error(`Redis: ${String(error)}`));
await redis.connect();

const io = new Server(http, { ...recommendedServerOptions });
const signaling = attachSignaling(io, {
  roster: redisRoster(redis),
  ...(TURN_URLS !== undefined && { iceServers: turnServers({ urls: TURN_URLS.split(","), secret: TURN_SECRET }) }),
});
attachDeviceGateway(http, signaling, { path: "/device" });

http.listen(Number(PORT), () => {
  const address = http.address();
  console.log(`Listening on port ${typeof address === "object" ? address?.port : PORT}.`);
});

// The peers come back on another node, and nobody leaves. A second signal does not wait for them.
process.once("SIGTERM", async () => {
  process.once("SIGTERM", () => process.exit(0));
  await signaling.drain({ withinMs: Number(DRAIN_MS) });
  await signaling.close();
  process.exit(0);
});
