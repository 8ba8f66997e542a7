import { preflight } from "@sig/client";
import { FakeNetwork } from "@sig/client/testing";
import { attachDeviceGateway } from "@sig/server/device";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket as WebSocketClient } from "ws";
import { Lab, failure } from "./support/lab.js";

const lab = new Lab();
const eventPrefix = "call:";

beforeEach(() => lab.serve({ eventPrefix }));
afterEach(() => lab.close());

it("eventPrefix: an application has all names for itself, and calls go on beside it", async () => {
  const own: [string, unknown][] = [];
  lab.io.on("connection", (socket) => {
    for (const event of ["message", "offer", "exit", "createAndJoinRoom"])
      socket.on(event, (payload: unknown) => own.push([event, payload]));
  });
  const socket = lab.connect();
  const received: unknown[] = [];
  socket.on("message", (payload) => received.push(payload));
  const ada = lab.manage(socket, { eventPrefix });
  const grace = lab.manage(undefined, { eventPrefix, metadata: { name: "Grace" } });
  await ada.join("room");
  const met = ada.once("peerJoined");
  await grace.join("room");
  expect((await met).metadata).toEqual({ name: "Grace" });
  const notice = ada.once("serverMessage");
  lab.signaling.send("room", "notice", { text: "Ten minutes left." });
  expect(await notice).toEqual({ type: "notice", data: { text: "Ten minutes left." } });
  const changed = ada.once("peerMetadata");
  await grace.setMetadata({ name: "Grace H." });
  expect((await changed)[1]).toEqual({ name: "Grace H." });
  for (const event of ["message", "offer", "exit", "createAndJoinRoom"]) socket.emit(event, { room: "room" });
  lab.io.emit("message", "hello");
  const left = ada.once("peerLeft");
  await grace.leave();
  expect((await left)[1]).toBe("left");
  await expect.poll(() => own).toHaveLength(4);
  await expect.poll(() => received).toEqual(["hello"]);
  expect(ada.state).toBe("joined");
});

it("eventPrefix: a client returns by its prefix after an outage", async () => {
  const socket = lab.connect();
  const ada = lab.manage(socket, { eventPrefix });
  await ada.join("room");
  const states: string[] = [];
  ada.on("state", (state) => states.push(state));
  socket.io.engine.close();
  await expect.poll(() => states).toEqual(["reconnecting", "joined"]);
});

it("eventPrefix: `preflight` asks by the same prefix", async () => {
  const { RTCPeerConnection } = new FakeNetwork();
  const asked = preflight(lab.connect(), { RTCPeerConnection, eventPrefix });
  expect(await asked).toMatchObject({ signaling: "answered" });
  const other = preflight(lab.connect(), { RTCPeerConnection, timeoutMs: 500 });
  expect(await other).toMatchObject({ signaling: "silent" });
});

it("eventPrefix: one that the server does not have is a timeout", async () => {
  const error = await failure(lab.manage(undefined, { eventPrefix: "other:" }).join("room", { timeoutMs: 300 }));
  expect([error.code, error.message]).toEqual([
    "TIMEOUT",
    "The signaling server did not answer the join within 300 ms. Check its address and namespace.",
  ]);
});

it("eventPrefix: devices go on as without it", async () => {
  const gateway = attachDeviceGateway(lab.http, lab.signaling);
  const device = new WebSocketClient(`ws://127.0.0.1:${String(lab.port)}/device?room=room`);
  const messages: Record<string, unknown>[] = [];
  device.on("message", (data: Buffer) => messages.push(JSON.parse(data.toString()) as Record<string, unknown>));
  await expect.poll(() => messages.length).toBeGreaterThan(0);
  const ada = lab.manage(undefined, { eventPrefix });
  await ada.join("room");
  expect([...ada.peers.keys()]).toEqual([messages[0]?.id]);
  const left = ada.once("peerLeft");
  device.close();
  expect((await left)[0].id).toBe(messages[0]?.id);
  await gateway.close();
});
