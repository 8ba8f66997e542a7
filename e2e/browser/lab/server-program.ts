import { createServer } from "node:http";
import { attachSignaling, recommendedServerOptions, type Roster } from "@sig/server";
import { redisRoster } from "@sig/server/redis";
import { turnServers } from "@sig/server/turn";
import { Server } from "socket.io";

// A process of its own, so that tests can kill it. It prints its port and runs until it is killed.
const http = createServer((request, response) => {
  const page = (pages as Record<string, { type: string; body: string } | undefined>)[
    new URL(request.url ?? "/", "http://localhost").pathname
  ];
  response.writeHead(page === undefined ? 404 : 200, {
    "content-type": `${page?.type ?? "text/plain"}; charset=utf-8`,
  });
  response.end(page?.body ?? "not found");
});

/** Set by the bundler: the pages, by path. */
declare const pages: unknown;

const {
  TURN_URLS: urls,
  TURN_SECRET: secret = "",
  TURN_TTL: ttl = "60",
  STUN_URLS: stun,
  PING_MS,
  REDIS_URL,
} = process.env;
const pingInterval = PING_MS === undefined ? recommendedServerOptions.pingInterval : Number(PING_MS);

// All credentials from now on are valid for an hour: a test that has seen some expire does not race with the next.
let validFor = Number(ttl);
process.on("SIGUSR2", () => (validFor = 3600));
const turn = { urls: urls?.split(",") ?? [], secret, stun: stun?.split(",") };

/** The roster that this node shares with others, if it is one of several. */
async function sharedRoster(url: string): Promise<Roster> {
  const { createClient } = await import("redis");
  const client = createClient({ url });
  client.on("error", () => undefined);
  await client.connect();
  return redisRoster(client);
}

const signaling = attachSignaling(new Server(http, { ...recommendedServerOptions, pingInterval }), {
  graceMs: Number(process.env.GRACE_MS ?? 30_000),
  ...(urls !== undefined && {
    iceServers: (peer: { id: string }) => turnServers({ ...turn, ttl: validFor })(peer),
  }),
  ...(REDIS_URL !== undefined && { roster: await sharedRoster(REDIS_URL) }),
  ...(process.env.RATE_LIMIT === "off" ? { rateLimit: false as const } : {}),
});
http.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  const address = http.address();
  process.stdout.write(`${String(typeof address === "object" ? address?.port : undefined)}\n`);
});

// A rolling deploy.
process.once("SIGTERM", () => {
  void signaling
    .drain({ withinMs: Number(process.env.DRAIN_MS ?? 10_000) })
    .then(() => signaling.close())
    .then(() => process.exit(0));
});
