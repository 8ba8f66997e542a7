import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { attachSignaling } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { Server } from "socket.io";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { newKey } from "../client.js";
import { FakeClock } from "../fake-clock.js";
import { startIo, until } from "../harness.js";
import { TestDevice } from "./device.js";
import { offerOf, startGateway } from "./gateway.js";
import { silentPath } from "./silent-path.js";

const room = "front door";

describe("a device whose power is cut", () => {
  it("is lost for the others after the ping interval and the ping timeout without a message", async () => {
    const clock = new FakeClock();
    const [pingIntervalMs, pingTimeoutMs] = [8_000, 5_000];
    const { url, viewer } = await startGateway({}, { clock });
    const path = await silentPath(url);
    const device = await TestDevice.connect(path.url, { room });
    await device.next();
    const { page } = await viewer(room);
    // A device that answers pings stays.
    for (let pings = 0; pings < 3; pings += 1) {
      const pinged = once(device.socket, "ping");
      clock.advance(pingIntervalMs);
      await pinged;
      // The answer to the ping arrives before the message of this.
      await device.roundTrip();
    }
    await page.roundTrip();
    expect(page.received("exit", "presence")).toEqual([]);
    await device.roundTrip();
    path.cut();
    clock.advance(pingIntervalMs + pingTimeoutMs - 1);
    await page.roundTrip();
    expect(page.received("exit", "presence")).toEqual([]);
    clock.advance(1);
    expect(await page.next("exit")).toMatchObject({ room, reason: "lost" });
  });

  it("is distinguished from one whose answer arrived while the server was blocked", async () => {
    const { device, gateway } = await startGateway({}, { pingIntervalMs: 50, pingTimeoutMs: 100 });
    const { device: camera } = await device(room);
    await once(camera.socket, "ping");
    // The answer is under way; this process, which is also the server, is blocked for longer than the ping timeout.
    const until = performance.now() + 250;
    while (performance.now() < until);
    expect(await camera.roundTrip()).toEqual([]);
    expect(gateway.size).toBe(1);
  });
});

describe("a device whose node is drained", () => {
  it("is asked by its close code to come back and is away, and one that comes then is asked as well", async () => {
    const { device, signaling, url } = await startGateway();
    const key = newKey();
    const { device: camera, id } = await device(room, { key });
    const left: string[] = [];
    signaling.on("peerLeft", ({ peer }) => left.push(peer.id));
    const away = new Promise<string>((resolve) => signaling.on("peerAway", ({ peer }) => resolve(peer.id)));
    void signaling.drain({ withinMs: 200 });
    expect(await camera.closed).toBe(1012);
    expect(await away).toBe(id);
    const late = await TestDevice.connect(url, { room, key });
    expect(await late.closed).toBe(1013);
    expect(late.log).toMatchObject([{ type: "rejected", code: "CLOSING" }]);
    expect(left).toEqual([]);
  });
});

describe("the connection of a device ends", () => {
  it.each([
    ["by a close frame without a code", "left", (socket: WebSocket) => socket.close()],
    ["by a close frame with code 1000", "left", (socket: WebSocket) => socket.close(1000)],
    ["by a close frame with code 1001", "left", (socket: WebSocket) => socket.close(1001)],
    ["by a close frame with code 1011", "lost", (socket: WebSocket) => socket.close(1011)],
    ["without a close frame", "lost", (socket: WebSocket) => socket.terminate()],
  ])("%s, and the others receive the reason %j", async (_, reason, end) => {
    const { device, viewer } = await startGateway();
    const { device: camera, id } = await device(room);
    const { page } = await viewer(room);
    end(camera.socket);
    expect(await page.next("exit")).toEqual({ from: id, room, reason });
  });
});

describe("a device with a key of its own", () => {
  it("is away when its connection is lost, and comes back as the same peer", async () => {
    const { device, viewer } = await startGateway();
    const key = newKey();
    const { device: camera, id } = await device(room, { key });
    const { page, id: viewerId } = await viewer(room);
    camera.socket.terminate();
    expect(await page.next("presence")).toEqual({ id, room, state: "away" });
    const { device: back, id: again } = await device(room, { key });
    expect(again).toBe(id);
    expect(await page.next("presence")).toEqual({ id, room, state: "online" });
    expect(page.received("exit", "joined")).toEqual([]);
    // It is notified of viewers that it had before, too.
    await page.call("exit", { room });
    expect(await back.next()).toEqual({ type: "exit", from: viewerId });
  });

  it("takes its membership over from a connection that the server still holds", async () => {
    const { device } = await startGateway();
    const key = newKey();
    const { device: before, id } = await device(room, { key });
    const { id: again } = await device(room, { key });
    expect(again).toBe(id);
    expect(await before.next()).toEqual({ type: "exit", from: id, reason: "replaced" });
    expect(await before.closed).toBe(4000);
  });
});

describe("ICE servers of a device", () => {
  it("are sent again before they expire, and when it asks", async () => {
    let made = 0;
    const { device } = await startGateway({
      iceServers: ({ room: name }) => {
        made += 1;
        return { iceServers: [{ urls: `stun:${name.replace(" ", "-")}-${made}` }], ttl: name === room ? 3_600 : 0.01 };
      },
    });
    const { device: camera, id } = await device(room);
    camera.send({ type: "config" });
    const stun = { host: "front-door-2", port: 3478 };
    expect(await camera.next()).toEqual({
      type: "config",
      id,
      room,
      stun,
      iceServers: [{ urls: "stun:front-door-2" }],
    });
    const { device: brief } = await device("brief");
    expect(await brief.next()).toMatchObject({ type: "config", stun: { host: "brief-4" } });
  });
});

describe("a device that", () => {
  it("sends without end is disconnected by the rate limit, like every socket", async () => {
    const { device, viewer } = await startGateway({
      rateLimit: { perSecond: 1, burst: 10, burstPerPeer: 0, maxRejections: 20 },
    });
    const { device: camera, id } = await device(room);
    const { page } = await viewer(room);
    for (let sent = 0; sent < 500; sent += 1) camera.send(sent % 2 === 0 ? "nonsense" : { type: "answer", sdp: "v=0" });
    expect(await camera.closed).toBe(1008);
    expect(await page.next("exit")).toMatchObject({ from: id, reason: "lost" });
    const codes = camera.log.slice(1).map(({ code }) => code);
    expect(codes.slice(0, 2)).toEqual(["BAD_PAYLOAD", "PEER_NOT_FOUND"]);
    expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(20);
  });

  it("sends pings without end is disconnected too; one that sends a few receives an answer to each", async () => {
    const { device, viewer } = await startGateway();
    const [{ device: flood, id }, { device: calm }] = [await device(room), await device(room)];
    const { page } = await viewer(room);
    const answers: string[] = [];
    calm.socket.on("pong", (data) => answers.push(data.toString()));
    for (const ping of ["a", "", "c"]) calm.socket.ping(ping);
    for (let sent = 0; sent < 2_000; sent += 1) flood.socket.ping("x".repeat(125));
    expect(await flood.closed).toBe(1008);
    expect(await page.next("exit")).toEqual({ from: id, room, reason: "lost" });
    await calm.roundTrip();
    expect(answers).toEqual(["a", "", "c"]);
  });

  it("reads too slowly is disconnected when a megabyte waits for it, and no other is", async () => {
    const { device, viewer, gateway } = await startGateway({ rateLimit: false });
    const { device: slow, id: to } = await device(room);
    const { device: other, id: otherId } = await device(room);
    const { page } = await viewer(room);
    slow.socket.pause();
    const sdp = "v".repeat(250_000);
    // The buffers of the operating system fill first: some megabytes.
    let reply = await page.call("offer", { to, room, sdp });
    for (let sent = 1; sent < 200 && reply.ok; sent += 1) reply = await page.call("offer", { to, room, sdp });
    expect(reply).toMatchObject({ code: "PEER_NOT_FOUND" });
    expect(await page.next("exit")).toEqual({ from: to, room, reason: "lost" });
    await page.call("offer", { to: otherId, room, sdp: offerOf() });
    expect((await other.roundTrip()).map(({ type }) => type)).toEqual(["exit", "offer"]);
    await until("its connection has ended", () => gateway.size === 1);
  });
});

describe("U22: a device that is cut off", () => {
  it("U22: is reported with the reason; a device that only closes its connection is not", async () => {
    const { device, viewer, signaling, gateway } = await startGateway();
    const reported: unknown[] = [];
    signaling.on("cutOff", (detail) => reported.push(detail));
    const [{ device: slow, id }, { device: flood, id: floodId }] = [await device(room), await device(room)];
    const { device: gone } = await device(room);
    const { page } = await viewer(room);
    gone.socket.terminate();
    for (let sent = 0; sent < 2_000; sent += 1) flood.socket.ping();
    await flood.closed;
    slow.socket.pause();
    const offer = () => page.call("offer", { to: id, room, sdp: "v".repeat(250_000) });
    // The buffers of the operating system fill first: some megabytes.
    for (let sent = 0; sent < 200 && (await offer()).ok; sent += 1);
    await until("all three have ended", () => gateway.size === 0);
    expect(reported).toEqual([
      { socketId: expect.any(String) as string, reason: "flood", peers: [{ room, id: floodId }] },
      { socketId: expect.any(String) as string, reason: "slow-reader", peers: [{ room, id }] },
    ]);
  });
});

describe("a gateway", () => {
  it("leaves Socket.IO and other WebSockets of its server alone, and other gateways", async () => {
    const { http, url, signaling, device, viewer } = await startGateway();
    const second = attachDeviceGateway(http, signaling, { path: "/cameras" });
    expect(() => attachDeviceGateway(http, signaling, { path: "/cameras" })).toThrow(/already/);
    const { page } = await viewer(room);
    await device(room);
    const camera = await TestDevice.connect(url, { room }, "/cameras");
    expect(await camera.next()).toMatchObject({ type: "config" });
    await page.next("joined");
    await page.next("joined");
    expect(second.size).toBe(1);
    await second.close();
    expect(await camera.closed).toBe(1001);
    expect(await page.next("exit")).toMatchObject({ reason: "left" });
    // A path without a listener: Engine.IO ends the request, as it does without a gateway.
    await expect(TestDevice.connect(url, { room }, "/device/other")).rejects.toThrow(/socket hang up/);
    await device("after all that");
  });

  it("closes once, however often close is called, and may be attached again", async () => {
    const { http, url, signaling, gateway, device, viewer } = await startGateway();
    const listeners = http.listenerCount("upgrade");
    const { device: camera } = await device(room);
    const { page } = await viewer(room);
    const closing = gateway.close();
    expect(gateway.close()).toBe(closing);
    await closing;
    expect(gateway.size).toBe(0);
    expect(await camera.closed).toBe(1001);
    expect(await page.next("exit")).toMatchObject({ reason: "left" });
    expect(http.listenerCount("upgrade")).toBe(listeners - 1);
    const again = attachDeviceGateway(http, signaling);
    expect(await (await TestDevice.connect(url, { room })).next()).toMatchObject({ type: "config" });
    await again.close();
  });

  it("answers an invalid WebSocket request with an HTTP error, and goes on", async () => {
    const { url, device } = await startGateway();
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": "short",
      "Sec-WebSocket-Version": "13",
    };
    const status = await new Promise<number | undefined>((resolve) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/device`, {
        headers,
        finishRequest: (request) => (request.setHeader("Sec-WebSocket-Key", "short"), request.end()),
      });
      socket.on("error", () => undefined);
      socket.on("unexpected-response", (_, response) => resolve(response.statusCode));
    });
    expect(status).toBe(400);
    await device(room);
  });

  it("works with a signaling service of another server", async () => {
    const { io } = await startIo();
    const signaling = attachSignaling(io);
    const http = createServer();
    const gateway = attachDeviceGateway(http, signaling);
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const device = await TestDevice.connect(url, { room });
    expect(await device.next()).toMatchObject({ type: "config", room });
    expect(await signaling.rooms()).toEqual([{ name: room, peers: 1 }]);
    await gateway.close();
    expect(http.listenerCount("upgrade")).toBe(0);
    await signaling.close();
    http.close();
  });
});

describe("a service that serves sockets of other kinds", () => {
  const socketOf = (id: string) => ({
    id,
    connected: true,
    on: () => undefined,
    off: () => undefined,
    emit: () => undefined,
    disconnect: () => undefined,
  });

  it("serves each of them once, none after close, and shows the limits that it applies", async () => {
    const signaling = attachSignaling(new Server(), { limits: { sdp: 1000 } });
    expect(signaling.limits).toMatchObject({ sdp: 1000, candidate: 4096 });
    const socket = socketOf("a-socket-of-its-own");
    expect([
      signaling.serve(socket),
      signaling.serve(socket),
      signaling.serve(socketOf("another"), { graceMs: 0 }),
    ]).toEqual([true, false, true]);
    expect(() => signaling.serve(socketOf("a third"), { graceMs: -1 })).toThrow(/graceMs/);
    await signaling.close();
    expect(signaling.serve(socketOf("too late"))).toBe(false);
  });
});
