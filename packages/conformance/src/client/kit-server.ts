import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { Server, type Socket } from "socket.io";
import { listen } from "../listen.js";
import { ClientUnderTest, type ClientConnection } from "./client-under-test.js";

/** The server that the client under test and the kit's own peers connect to. It records what the client sends. */
export class KitServer {
  readonly client: ClientUnderTest;
  readonly port: number;
  readonly #io: Server;
  readonly #closeSignaling: () => Promise<void>;
  readonly #pass: string;

  private constructor(
    client: ClientUnderTest,
    io: Server,
    closeSignaling: () => Promise<void>,
    port: number,
    pass: string,
  ) {
    this.client = client;
    this.port = port;
    this.#io = io;
    this.#closeSignaling = closeSignaling;
    this.#pass = pass;
  }

  /** Listens on a port; 0 takes any free one. */
  static async start(port: number, room: string, timeoutMs: number): Promise<KitServer> {
    const http = createServer();
    const io = new Server(http, { ...recommendedServerOptions, cors: { origin: true } });
    const client = new ClientUnderTest(timeoutMs);
    const pass = randomBytes(8).toString("hex");
    // Before the signaling gets the socket: events are recorded as they were sent.
    io.use((socket, next) => {
      if (socket.handshake.query.kit !== pass) recordSocket(client, room, socket);
      next();
    });
    // A day: the peer that is away stays away for as long as the client may take to connect.
    const signaling = attachSignaling(io, { graceMs: 86_400_000 });
    return new KitServer(client, io, () => signaling.close(), await listen(http, port), pass);
  }

  /** Where clients connect. */
  get url(): string {
    return `http://localhost:${String(this.port)}`;
  }

  /** Where the kit's own peers connect, which are not recorded. */
  get ownUrl(): string {
    return `http://127.0.0.1:${String(this.port)}/?kit=${this.#pass}`;
  }

  async close(): Promise<void> {
    await this.#closeSignaling();
    await this.#io.close();
  }
}

function recordSocket(client: ClientUnderTest, room: string, socket: Socket): void {
  const connection: ClientConnection = {
    emit: (event, payload) => void socket.emit(event, payload),
    drop: () => socket.conn.close(),
  };
  client.connected(connection);
  socket.on("disconnect", () => client.ended(connection));
  socket.onAnyOutgoing((event: string, payload: { id: string; room: string; offerId?: string }) => {
    if (event === "created" && payload.room === room) client.joined(payload.id);
    if (event === "offer") client.receivedOfferIds.add(payload.offerId);
  });
  socket.use(([event, payload]: unknown[], next) => {
    client.record(String(event), payload);
    next();
  });
}
