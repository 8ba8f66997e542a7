import { request } from "node:http";
import { allowOrigins, limitConnections, type ConnectionLimitOptions } from "@sig/server";
import { type ServerOptions } from "socket.io";
import { io as connect } from "socket.io-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { newKey } from "../client.js";
import { FakeClock } from "../fake-clock.js";
import { startServer, until } from "../harness.js";
import { TestDevice } from "../device/device.js";
import { startGateway } from "../device/gateway.js";
import { openPolling, openWebSocket, webSocketStatus } from "./handshakes.js";

async function startLimited(options: ConnectionLimitOptions, ioOptions: Partial<ServerOptions> = {}) {
  const server = await startServer({}, ioOptions);
  const clock = new FakeClock();
  const limit = limitConnections(server.io, { clock, connectionsPerSecond: false, ...options });
  const none = () => until("every connection has been released", () => limit.connections === 0);
  return { ...server, clock, limit, none };
}

describe("T18: connections of one address", () => {
  it("T18: as many as the limit connect, over either transport, and the next one gets 429", async () => {
    const { url, io, limit } = await startLimited({ perAddress: 3 });
    expect(await webSocketStatus(url)).toBe(101);
    expect((await openPolling(url)).status).toBe(200);
    expect(await webSocketStatus(url)).toBe(101);
    expect(await webSocketStatus(url)).toBe(429);
    expect((await openPolling(url)).status).toBe(429);
    expect([limit.connections, limit.rejected, io.engine.clientsCount]).toEqual([3, 2, 3]);
  });

  it("T18: a WebSocket that ends makes room, at once", async () => {
    const { url, none } = await startLimited({ perAddress: 1 });
    const { end } = await openWebSocket(url);
    expect(await webSocketStatus(url)).toBe(429);
    end();
    await none();
    expect(await webSocketStatus(url)).toBe(101);
  });

  it("T18: long polling counts until its connection ends, however many requests it makes", async () => {
    const { url, limit, none } = await startLimited({ perAddress: 1 });
    const polling = await openPolling(url);
    await polling.send("40");
    expect(await polling.poll()).toMatch(/^40\{/);
    expect([limit.connections, (await openPolling(url)).status]).toEqual([1, 429]);
    await polling.send("1");
    await none();
    expect((await openPolling(url)).status).toBe(200);
  });

  it("T18: a client that never upgrades or polls again is released by the ping timeout", async () => {
    const { url, none } = await startLimited({ perAddress: 1 }, { pingInterval: 50, pingTimeout: 50 });
    expect((await openPolling(url)).status).toBe(200);
    await none();
  });

  it("T18: a client that upgrades counts once, before and after", async () => {
    const { url, limit, none } = await startLimited({ perAddress: 1 });
    const socket = connect(url, { forceNew: true });
    onTestFinished(() => void socket.disconnect());
    await new Promise((resolve) => socket.io.engine.once("upgrade", resolve));
    expect(await socket.emitWithAck("createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({ ok: true });
    expect([limit.connections, limit.rejected]).toEqual([1, 0]);
    socket.disconnect();
    await none();
  });

  it("T18: handshakes that fail half way are released, whoever rejects them", async () => {
    const { url, none, limit } = await startLimited(
      { perAddress: 1 },
      { allowRequest: allowOrigins(["https://app.example.org"]) },
    );
    const headers = { origin: "https://app.example.org" };
    const failures: [Parameters<typeof webSocketStatus>[1], number][] = [
      [{}, 400],
      // Engine.IO rejects the former protocol after it has answered the upgrade.
      [{ headers, query: "EIO=3&transport=websocket" }, 101],
      [{ headers, query: "EIO=4&transport=unknown" }, 400],
      [{ headers: { ...headers, "sec-websocket-key": "x" } }, 400],
      [{ headers: { ...headers, "sec-websocket-version": "1" } }, 400],
    ];
    for (const [options, status] of failures) {
      expect(await webSocketStatus(url, options), JSON.stringify(options)).toBe(status);
      await none();
    }
    expect((await openPolling(url)).status).toBe(403);
    await none();
    const post = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { method: "POST", body: "40", headers });
    expect(post.status).toBe(400);
    await none();
    expect([limit.rejected, await webSocketStatus(url, { headers })]).toEqual([0, 101]);
  });

  it("T18: a client that goes before its handshake is answered is released with what is left of it", async () => {
    let decide: (() => void) | undefined;
    const { url, io, limit, none } = await startLimited(
      { perAddress: 5 },
      { allowRequest: (_request, answer) => (decide = () => answer(null, true)), pingInterval: 50, pingTimeout: 50 },
    );
    const gone = async () => {
      decide = undefined;
      const asked = request(`${url}/socket.io/?EIO=4&transport=polling`, { agent: false });
      asked.on("error", () => undefined);
      asked.end();
      await until("the server has the request", () => decide !== undefined);
      expect(limit.connections).toBe(1);
      asked.destroy();
      await none();
    };
    await gone();
    // The application decides nevertheless, and Engine.IO makes a connection that nobody uses.
    await gone();
    const connected = new Promise((resolve) => io.engine.once("connection", resolve));
    decide?.();
    await connected;
    expect(limit.connections).toBe(1);
    await none();
    expect(io.engine.clientsCount).toBe(0);
  });

  it("T18: new connections have a bound a second; after a pause the whole limit may come back at once", async () => {
    const { url, clock, none } = await startLimited({ perAddress: 4, connectionsPerSecond: 2 });
    const come = async () => {
      const { status, end } = await openWebSocket(url);
      end();
      await none();
      return status;
    };
    const all = async (count: number) => {
      const statuses: number[] = [];
      for (let index = 0; index < count; index += 1) statuses.push(await come());
      return statuses;
    };
    expect(await all(6)).toEqual([101, 101, 101, 101, 429, 429]);
    clock.advance(1_000);
    expect(await all(3)).toEqual([101, 101, 429]);
    clock.advance(2_000);
    expect(await all(5)).toEqual([101, 101, 101, 101, 429]);
  });
});

describe("T18: connections behind a proxy", () => {
  it("T18: without a trusted proxy the header is ignored, so that no client chooses its address", async () => {
    const { url, limit } = await startLimited({ perAddress: 1 });
    expect(await webSocketStatus(url, { headers: { "x-forwarded-for": "1.1.1.1" } })).toBe(101);
    expect(await webSocketStatus(url, { headers: { "x-forwarded-for": "2.2.2.2" } })).toBe(429);
    expect(limit.addresses).toBe(1);
  });

  it("T18: with one, each client counts by itself, whatever it writes into the header", async () => {
    const { url } = await startLimited({ perAddress: 1, trustedProxies: 1 });
    const status = (forwarded: string) => webSocketStatus(url, { headers: { "x-forwarded-for": forwarded } });
    expect(await status("1.1.1.1")).toBe(101);
    expect(await status("2.2.2.2")).toBe(101);
    expect(await status("9.9.9.9, 1.1.1.1")).toBe(429);
    expect((await openPolling(url, { "x-forwarded-for": "8.8.8.8, 1.1.1.1" })).status).toBe(429);
    expect(await status("2001:db8:1:2::1")).toBe(101);
    expect(await status("2001:db8:1:2:ffff::1"), "of the same /64").toBe(429);
    expect(await status("2001:db8:1:3::1")).toBe(101);
  });

  it("T18: connections whose header is missing or garbage count as one address, that of the proxy", async () => {
    const { url } = await startLimited({ perAddress: 1, trustedProxies: 2 });
    expect(await webSocketStatus(url)).toBe(101);
    for (const forwarded of ["1.1.1.1", "", "x, y", "1.1.1.1;2.2.2.2, 3.3.3.3"])
      expect(await webSocketStatus(url, { headers: { "x-forwarded-for": forwarded } }), forwarded).toBe(429);
  });
});

describe("T18: devices", () => {
  it("T18: count together with the connections of Socket.IO, and get 429 as well", async () => {
    const limits: ReturnType<typeof limitConnections>[] = [];
    const open = (...args: Parameters<ReturnType<typeof limitConnections>["open"]>) => limits[0]!.open(...args);
    const { url, io } = await startGateway({}, { connectionLimit: { open } });
    const limit = limitConnections(io, { perAddress: 2, connectionsPerSecond: false });
    limits.push(limit);
    expect(await webSocketStatus(url)).toBe(101);
    const device = await TestDevice.connect(url, { room: "r" });
    expect(await webSocketStatus(url, { path: "/device", query: "room=r" })).toBe(429);
    expect(await webSocketStatus(url)).toBe(429);
    device.socket.terminate();
    await until("the device is released", () => limit.connections === 1);
    expect(
      await webSocketStatus(url, { path: "/device", query: "room=r", headers: { "sec-websocket-key": "x" } }),
    ).toBe(400);
    await until("the failed one is released", () => limit.connections === 1);
    expect(await webSocketStatus(url, { path: "/device", query: "room=r" })).toBe(101);
  });
});

describe("limitConnections", () => {
  it("throws for a server that has no HTTP server yet, and for invalid options", async () => {
    expect(() => limitConnections({})).toThrow("attached to an HTTP server");
    const { io } = await startServer();
    for (const [options, message] of [
      [{ perAddress: 0 }, "perAddress must be a whole number"],
      [{ connectionsPerSecond: 0 }, "connectionsPerSecond must be a number above 0"],
      [{ trustedProxies: -1 }, "trustedProxies must be a whole number"],
      [{ trustProxy: 1 }, 'Unknown option "trustProxy"'],
    ] as const)
      expect(() => limitConnections(io, options as ConnectionLimitOptions)).toThrow(message);
  });
});
