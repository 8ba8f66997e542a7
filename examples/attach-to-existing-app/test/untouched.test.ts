import type { AddressInfo } from "node:net";
import { attachSignaling, type Signaling } from "@sig/server";
import { io as connect, type Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp, type ExistingApp } from "../src/app.js";

let app: ExistingApp;
let clients: Socket[];

beforeEach(async () => {
  clients = [];
  app = createApp();
  await new Promise<void>((resolve) => app.http.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  for (const client of clients) client.disconnect();
  await app.io.close();
});

/** A client of the app, and every event that it receives. */
async function openClient(namespace = "/"): Promise<{ socket: Socket; received: unknown[][] }> {
  const { port } = app.http.address() as AddressInfo;
  const socket = connect(`http://127.0.0.1:${String(port)}${namespace}`, { forceNew: true, reconnection: false });
  clients.push(socket);
  const received: unknown[][] = [];
  socket.onAny((...event: unknown[]) => received.push(event));
  await next(socket, "connect");
  return { socket, received };
}

function next(socket: Socket, event: string): Promise<unknown> {
  return new Promise((resolve) => socket.once(event, resolve));
}

/** Resolves when everything sent before has arrived. */
async function canary(from: Socket, to: Socket): Promise<void> {
  const arrived = next(to, "chat message");
  from.emit("chat message", "canary");
  await arrived;
}

function joinCall(socket: Socket, room: string): Promise<{ ok: boolean; id: string }> {
  return socket.emitWithAck("createAndJoinRoom", { room }) as Promise<{ ok: boolean; id: string }>;
}

/** The listeners, sockets and rooms of the app, which the library must not change. */
function inventory() {
  const count = (emitter: { eventNames(): (string | symbol)[]; listenerCount(name: string): number }) =>
    Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(String(name))]));
  const namespace = (name: string) => {
    const { sockets, adapter } = app.io.of(name);
    return {
      listeners: count(app.io.of(name)),
      sockets: [...sockets.values()].map((socket) => ({
        listeners: count(socket),
        anyListeners: socket.listenersAny().length,
        rooms: [...socket.rooms].sort(),
      })),
      rooms: [...adapter.rooms.keys()].sort(),
    };
  };
  return { http: count(app.http), engine: count(app.io.engine), chat: namespace("/"), admin: namespace("/admin") };
}

/** Expects that the chat and the count of `/admin` work. */
async function expectOwnEvents(): Promise<void> {
  const [ada, bo] = await Promise.all([openClient(), openClient()]);
  const admin = await openClient("/admin");
  const arrived = next(bo.socket, "chat message");
  ada.socket.emit("chat message", "hello");
  expect(await arrived).toBe("hello");
  expect(await admin.socket.emitWithAck("count")).toBe(app.io.of("/").sockets.size);
}

describe("an app with calls attached", () => {
  let signaling: Signaling;

  beforeEach(() => {
    signaling = attachSignaling(app.io);
  });

  it("keeps its own events and namespaces", async () => {
    await expectOwnEvents();
  });

  it("may have a Socket.IO room with the name of a call's room", async () => {
    const [ada, bo, cy] = await Promise.all([openClient(), openClient(), openClient()]);
    await joinCall(ada.socket, "lobby");
    const { ok } = await joinCall(bo.socket, "lobby");
    expect(ok).toBe(true);
    await canary(ada.socket, cy.socket);
    expect(cy.received).toEqual([["chat message", "canary"]]);
    expect(bo.received.map(([event]) => event)).toContain("created");
  });

  it("reaches everybody with its own broadcasts, in a call or not", async () => {
    const [ada, bo] = await Promise.all([openClient(), openClient()]);
    await joinCall(ada.socket, "standup");
    const arrived = Promise.all([next(ada.socket, "news"), next(bo.socket, "news")]);
    app.io.emit("news", 1);
    expect(await arrived).toEqual([1, 1]);
  });

  it("receives nothing of a call in its rooms, and calls receive nothing from other namespaces", async () => {
    const [ada, bo, witness, admin] = await Promise.all([
      openClient(),
      openClient(),
      openClient(),
      openClient("/admin"),
    ]);
    await joinCall(ada.socket, "standup");
    const { id } = await joinCall(bo.socket, "standup");
    const offered = next(bo.socket, "offer");
    ada.socket.emit("offer", { room: "standup", to: id, sdp: "v=0\r\n" });
    await offered;
    admin.socket.emit("createAndJoinRoom", { room: "standup" });
    expect(await admin.socket.emitWithAck("count")).toBe(3);
    await canary(ada.socket, witness.socket);
    expect(witness.received).toEqual([["chat message", "canary"]]);
    expect(admin.received).toEqual([]);
  });

  it("gets no listeners on its HTTP server, its engine or other namespaces", async () => {
    await signaling.close();
    const before = inventory();
    attachSignaling(app.io);
    const after = inventory();
    expect({ http: after.http, engine: after.engine, admin: after.admin }).toEqual({
      http: before.http,
      engine: before.engine,
      admin: before.admin,
    });
  });
});

describe("an app that got calls while clients were connected", () => {
  it("has exactly its old listeners after close(), and its clients stay connected", async () => {
    const [ada, bo] = await Promise.all([openClient(), openClient(), openClient("/admin")]);
    await canary(ada.socket, bo.socket);
    const before = inventory();

    const signaling = attachSignaling(app.io);
    expect(await joinCall(ada.socket, "standup")).toMatchObject({ ok: true });
    expect(await joinCall(bo.socket, "standup")).toMatchObject({ ok: true });
    await signaling.close();

    expect(inventory()).toEqual(before);
    expect([ada.socket.connected, bo.socket.connected]).toEqual([true, true]);
    await expectOwnEvents();
  });

  it("has no calls after close()", async () => {
    const { socket } = await openClient();
    const signaling = attachSignaling(app.io);
    await signaling.close();
    let answered = false;
    socket.emit("createAndJoinRoom", { room: "standup" }, () => (answered = true));
    await canary(socket, socket);
    expect(answered).toBe(false);
  });
});
