import { io as connect } from "socket.io-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { newKey, TestClient } from "./client.js";
import { startServer, until, type TestServer } from "./harness.js";

/** A client that reconnects by itself at once, as pages do. */
async function connectAsPage({ url }: TestServer, auth: object = {}): Promise<TestClient> {
  const options = { transports: ["websocket"], forceNew: true, reconnectionDelay: 1, auth };
  const client = new TestClient(connect(url, options));
  onTestFinished(() => client.close());
  await until("it is connected", () => client.socket.connected);
  return client;
}

/** Drops the transport of a client, and waits until it is connected again. */
async function drop({ io }: TestServer, { socket, socketId }: TestClient): Promise<void> {
  const isBack = new Promise<void>((resolve) => {
    socket.once("disconnect", () => socket.once("connect", resolve));
  });
  io.sockets.sockets.get(socketId)?.conn.close();
  await isBack;
}

/** The same where Socket.IO recovers its socket. */
async function dropAndRecover(server: TestServer, client: TestClient): Promise<void> {
  const id = client.socketId;
  await drop(server, client);
  expect(client.socket.recovered).toBe(true);
  expect(client.socketId).toBe(id);
}

describe("U21: with Socket.IO's connection state recovery", () => {
  it("a recovered legacy client is notified that its memberships have ended, and joins again", async () => {
    const server = await startServer({}, { connectionStateRecovery: {} });
    const witness = await server.connect();
    await witness.join("r", { key: newKey() });
    const legacy = await connectAsPage(server);
    const id = legacy.socketId;
    await legacy.join("r");
    await legacy.join("q");
    legacy.clearLog();
    await dropAndRecover(server, legacy);
    expect(await legacy.next("exit")).toEqual({ from: id, room: "r" });
    expect(await legacy.next("exit")).toEqual({ from: id, room: "q" });
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "lost" });
    expect(await legacy.join("r")).toMatchObject({ id, peers: [{}] });
    expect(await witness.next("joined", (joined) => joined.id === id)).toEqual({ id, room: "r" });
  });

  it("a recovered client with a key receives no exit, and joins again as the same peer", async () => {
    const server = await startServer({}, { connectionStateRecovery: {} });
    const witness = await server.connect();
    await witness.join("r", { key: newKey() });
    const client = await connectAsPage(server);
    const key = newKey();
    const { id } = await client.join("r", { key });
    client.clearLog();
    await dropAndRecover(server, client);
    expect(await client.join("r", { key })).toMatchObject({ id, resumed: true });
    await client.roundTrip();
    expect(client.received("exit")).toEqual([]);
    expect(await client.call("message", { room: "r", type: "x", data: 1 })).toEqual({ ok: true });
    expect(await witness.next("message")).toMatchObject({ from: id });
    expect(witness.received("exit")).toEqual([]);
  });

  it("a recovered client with a key returns with its request to connect", async () => {
    const server = await startServer({}, { connectionStateRecovery: {} });
    const join = { room: "r", key: newKey() };
    const client = await connectAsPage(server, { createAndJoinRoom: [join] });
    const { id } = await client.next("created");
    await dropAndRecover(server, client);
    expect(await client.next("created")).toMatchObject({ id, resumed: true });
    expect(await client.call("createAndJoinRoom", join)).toMatchObject({ ok: true, id, resumed: true });
    expect(client.received().map(([event]) => event)).toEqual(["created", "created"]);
  });

  it("without recovery, the next socket of a legacy client receives nothing of the one before", async () => {
    const server = await startServer();
    const legacy = await connectAsPage(server);
    await legacy.join("r");
    legacy.clearLog();
    await drop(server, legacy);
    await legacy.roundTrip();
    expect(legacy.log).toEqual([]);
  });
});
