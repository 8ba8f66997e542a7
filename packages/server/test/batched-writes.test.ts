import { type AddressInfo, type Socket as TcpSocket } from "node:net";
import { attachSignaling } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { connectTo, startServer, until } from "./harness.js";

/** A connection of Engine.IO, by its documented members. */
interface EngineConnection {
  readonly request: { readonly socket: TcpSocket };
  on(event: string, listener: () => void): void;
}

/** The stream of a connection, with the method by which Node.js hands it what was gathered. */
type Stream = TcpSocket & { _writev: (...all: unknown[]) => void };

const burst = 16;

/** Two members of a room, and how often the stream to the second one is written to. */
async function scene(transport: "websocket" | "polling" = "websocket") {
  const server = await startServer();
  const connections: EngineConnection[] = [];
  server.io.engine.on("connection", (connection: EngineConnection) => connections.push(connection));
  const sender = await server.connect(transport);
  const receiver = await server.connect(transport);
  await sender.join("r", { key: newKey() });
  const { id } = await receiver.join("r", { key: newKey() });
  const connection = connections[1];
  if (connection === undefined) throw new Error("The receiver has no connection.");
  const stream = connection.request.socket as Stream;
  let writes = 0;
  const write = stream._writev.bind(stream);
  stream._writev = (...all) => {
    writes += 1;
    write(...all);
  };
  const send = (name: string) =>
    sender.emit("candidate", { room: "r", to: id, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: name } });
  const received = () =>
    receiver.received("candidate").map(([, payload]) => (payload as { candidate: { sdp: string } }).candidate.sdp);
  const exchange = async () => {
    const expected = Array.from({ length: burst }, (_, index) => `candidate:${String(index)}`);
    for (let index = 0; index < burst; index += 1) send(`candidate:${String(index)}`);
    await until("all have arrived", () => received().length >= burst);
    expect(received()).toEqual(expected);
  };
  return { ...server, receiver, connection, stream, exchange, writes: () => writes };
}

describe("messages that wait for one connection", () => {
  it("leave in a few writes, in their order", async () => {
    const { exchange, writes } = await scene();
    await exchange();
    expect(writes()).toBeLessThan(burst / 2);
  });

  it("leave although a listener of the application throws when they are handed over", async () => {
    const { exchange, connection, stream } = await scene();
    const thrown: unknown[] = [];
    const collect = (cause: unknown) => thrown.push(cause);
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", collect);
    try {
      connection.on("drain", () => {
        throw new Error("the application");
      });
      await exchange();
    } finally {
      process.removeListener("uncaughtException", collect);
      for (const other of others) process.on("uncaughtException", other);
    }
    expect(stream.writableCorked).toBe(0);
  });

  it("arrive in their order over long polling too", async () => {
    const { exchange } = await scene("polling");
    await exchange();
  });

  it("are left to Engine.IO once the last service has closed", async () => {
    const { io, signaling } = await scene();
    const others = [attachSignaling(io.of("/a")), attachSignaling(io.of("/b"))];
    const url = `http://127.0.0.1:${String((io.httpServer.address() as AddressInfo).port)}`;
    for (const namespace of ["/a", "/b"]) await connectTo(url, "websocket", { namespace });
    const listeners = () => io.engine.listenerCount("flush");
    expect(listeners()).toBe(1);
    for (const other of others) await other.close();
    expect(listeners()).toBe(1);
    await signaling.close();
    expect(listeners()).toBe(0);
  });
});
