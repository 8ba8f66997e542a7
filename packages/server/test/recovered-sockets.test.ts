import { io as connect } from "socket.io-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { newKey, TestClient } from "./client.js";
import { startServer, until, type TestServer } from "./harness.js";

/** A client that reconnects by itself at once, as pages do. */
async function connectAsPage({ url }: TestServer): Promise<TestClient> {
  const client = new TestClient(connect(url, { transports: ["websocket"], forceNew: true, reconnectionDelay: 1 }));
  onTestFinished(() => client.close());
  await until("it is connected", () => client.socket.connected);
  return client;
}

/** Drops the transport of a client, and waits until Socket.IO has recovered its socket. */
async function dropAndRecover({ io }: TestServer, client: TestClient): Promise<void> {
  const id = client.socketId;
  io.sockets.sockets.get(id)?.conn.close();
  await until("it has dropped", () => client.socket.disconnected);
  await until("it is connected again", () => client.socket.connected);
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

  it("without recovery, the next socket of a legacy client receives nothing of the one before", async () => {
    const server = await startServer();
    const legacy = await connectAsPage(server);
    const id = legacy.socketId;
    await legacy.join("r");
    legacy.clearLog();
    server.io.sockets.sockets.get(id)?.conn.close();
    await until("it has dropped", () => legacy.socket.disconnected);
    await until("it is connected again", () => legacy.socket.connected);
    await legacy.roundTrip();
    expect(legacy.log).toEqual([]);
  });
});
