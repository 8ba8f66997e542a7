import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { recommendedHttpOptions, recommendedServerOptions } from "@sig/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { newKey } from "../client.js";
import { until } from "../harness.js";
import { long, p99, startAttacked, type Attacked } from "./attacked.js";

const count = long ? 2_000 : 200;
/** The clocks of the server, quicker where there is no time for the recommended ones. */
const timeoutMs = long ? 10_000 : 1_000;
const options = long
  ? {}
  : { http: { headersTimeout: timeoutMs, connectionsCheckingInterval: 100 }, io: { connectTimeout: timeoutMs } };
const closedMs = timeoutMs + 2_000;

/** Opens connections, not too many at once, and returns the milliseconds after which each of them was closed. */
async function openMany(open: () => Promise<{ closed: Promise<number> }>): Promise<Promise<number>[]> {
  const connections: Promise<number>[] = [];
  while (connections.length < count) {
    const batch = await Promise.all(Array.from({ length: 50 }, open));
    connections.push(...batch.map(({ closed }) => closed));
  }
  return connections;
}

/** A WebSocket that never joins a namespace. */
async function openWebSocket(url: string): Promise<{ closed: Promise<number> }> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  const start = performance.now();
  return { closed: once(socket, "close").then(() => performance.now() - start) };
}

/** A TCP connection that sends a part of a request, or nothing. */
async function openTcp(url: string, text: string): Promise<{ closed: Promise<number> }> {
  const socket: Socket = connectTcp(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on("error", () => undefined).resume();
  await once(socket, "connect");
  if (text !== "") socket.write(text);
  const start = performance.now();
  return { closed: once(socket, "close").then(() => performance.now() - start) };
}

/** Honest peers come one after the other, until all of those have been closed. */
async function joinMeanwhile(server: Attacked, closed: Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  const meanwhile = { isOver: false };
  void closed.then(() => (meanwhile.isOver = true));
  while (!meanwhile.isOver) {
    const start = performance.now();
    const peer = await server.connect();
    await peer.join("r", { key: newKey() });
    taken.push(performance.now() - start);
    peer.emit("exit", { room: "r" });
    await peer.roundTrip();
    peer.close();
  }
  return taken;
}

async function expectClosed(open: (url: string) => Promise<{ closed: Promise<number> }>): Promise<void> {
  const server = await startAttacked(options);
  const closing = Promise.all(await openMany(() => open(server.url)));
  const joins = await joinMeanwhile(server, closing);
  const closed = await closing;
  expect(closed).toHaveLength(count);
  expect(Math.max(...closed)).toBeLessThanOrEqual(closedMs);
  expect(Math.min(...closed), "an honest client has time").toBeGreaterThan(timeoutMs / 2);
  expect(joins.length).toBeGreaterThan(1);
  expect(p99(joins)).toBeLessThanOrEqual(500);
  await until("the last honest peer is gone", async () => (await server.status()).connections === 0);
  expect(await server.status()).toMatchObject({ uncaught: 0, connections: 0, counted: 0, rooms: [] });
}

describe(`T18: ${String(count)} connections that go no further`, { timeout: 120_000 }, () => {
  it("T18: those that join no namespace are closed, and peers join meanwhile", () => expectClosed(openWebSocket));

  it("T18: those that send nothing are closed, and peers join meanwhile", () =>
    expectClosed((url) => openTcp(url, "")));

  it("T18: those whose headers never end are closed, and peers join meanwhile", () =>
    expectClosed((url) => openTcp(url, "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nX: ")));
});

describe("the recommended options", () => {
  it("T18: close what goes no further within 12 seconds", () => {
    const { headersTimeout, connectionsCheckingInterval } = recommendedHttpOptions;
    expect(recommendedServerOptions.connectTimeout).toBeLessThanOrEqual(10_000);
    expect(headersTimeout + connectionsCheckingInterval).toBeLessThanOrEqual(12_000);
  });
});
