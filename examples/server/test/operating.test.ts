import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io } from "socket.io-client";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { hasRedis, RedisServer } from "../../../packages/server/test/redis/redis-server.js";
import { startServer, type StartOptions } from "../src/start-server.js";

const pages = mkdtempSync(join(tmpdir(), "sig-pages-"));
afterAll(() => rmSync(pages, { recursive: true }));

async function start(options: Partial<StartOptions> = {}) {
  const server = await startServer({ port: 0, host: "127.0.0.1", webRoot: pages, ...options });
  onTestFinished(() => server.close());
  const health = async () => {
    const response = await fetch(`${server.url}/healthz`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  /** Asks until the answer has this status; only a failing test asks for long. */
  const untilHealth = async (status: number) => {
    for (const deadline = performance.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const answer = await health();
      if (answer.status === status || performance.now() > deadline) return answer;
    }
  };
  const join = (room: string) => {
    const socket = io(server.url, { transports: ["websocket"], forceNew: true });
    onTestFinished(() => void socket.disconnect());
    return socket.timeout(10_000).emitWithAck("createAndJoinRoom", { room }) as Promise<Record<string, unknown>>;
  };
  return { ...server, health, untilHealth, join };
}

const uptime = expect.any(Number) as number;

describe("GET /healthz", () => {
  it("answers 200 while the server lets people in, with the rooms and peers of this process", async () => {
    const { health, join } = await start();
    await join("a");
    await join("b");
    expect(await health()).toEqual({ status: 200, body: { ok: true, rooms: 2, peers: 2, uptime } });
  });

  it("answers 503 with `closing` once the service is closed, while the port is still open", async () => {
    const { signaling, health } = await start();
    await signaling.close();
    expect(await health()).toEqual({
      status: 503,
      body: { ok: false, problems: ["closing"], rooms: 0, peers: 0, uptime },
    });
  });

  it("answers 503 with `draining` from the moment that a drain begins", async () => {
    const { signaling, health, join } = await start();
    await join("a");
    const drained = signaling.drain({ withinMs: 50 });
    expect(await health()).toMatchObject({ status: 503, body: { ok: false, problems: ["draining"] } });
    await drained;
  });

  it("rejects an address of Redis that is invalid, without repeating it", async () => {
    const failure = await start({ redisUrl: "secret@example.org" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message: "Invalid REDIS_URL: expected an address such as redis://127.0.0.1:6379.",
    });
  });

  it.skipIf(!hasRedis)("answers 503 while Redis is away, and 200 when it is back, for a new room too", async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.close());
    const { untilHealth, join } = await start({ redisUrl: `redis://127.0.0.1:${String(redis.port)}` });
    expect(await untilHealth(200)).toMatchObject({ status: 200, body: { ok: true, rooms: 0, peers: 0 } });
    expect(await join("a")).toMatchObject({ ok: true });
    await redis.stop();
    expect(await untilHealth(503), "those who are in a room stay there").toEqual({
      status: 503,
      body: { ok: false, problems: ["roster-unreachable"], rooms: 1, peers: 1, uptime },
    });
    await redis.startAgain();
    expect(await untilHealth(200)).toMatchObject({ status: 200, body: { ok: true, rooms: 1, peers: 1 } });
    expect(await join("b")).toMatchObject({ ok: true });
  });

  it.skipIf(!hasRedis)("answers 503 when it starts without its Redis, and 200 once that is there", async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.close());
    await redis.stop();
    const { health, untilHealth } = await start({ redisUrl: `redis://127.0.0.1:${String(redis.port)}` });
    expect(await health()).toMatchObject({ status: 503, body: { problems: ["roster-unreachable"] } });
    await redis.startAgain();
    expect(await untilHealth(200)).toMatchObject({ status: 200 });
  });

  it.skipIf(!hasRedis)("does not keep the server from closing while Redis is away", async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.close());
    const redisUrl = `redis://127.0.0.1:${String(redis.port)}`;
    const server = await startServer({ port: 0, host: "127.0.0.1", webRoot: pages, redisUrl });
    await redis.stop();
    await server.close();
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });
});

describe("GET /metrics", () => {
  it("answers in the text format of Prometheus, with the numbers of now and no name of a room", async () => {
    const { url, join } = await start();
    await join("secret-room");
    const response = await fetch(`${url}/metrics`);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8",
    ]);
    const text = await response.text();
    expect(text.split("\n")).toEqual(
      expect.arrayContaining(["# TYPE sig_joins_total counter", "sig_joins_total 1", 'sig_members{state="online"} 1']),
    );
    expect(text).not.toContain("secret");
  });
});
