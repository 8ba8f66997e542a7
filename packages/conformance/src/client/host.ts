import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { Server, type Socket } from "socket.io";
import { listen } from "../listen.js";
import { Guest, type Line } from "./guest.js";

/** A server for the client under test to connect to, and the kit's own peers with it. What the client says is looked at on its way in. */
export class Host {
  readonly guest: Guest;
  readonly port: number;
  readonly #io: Server;
  readonly #closeSignaling: () => Promise<void>;
  readonly #pass: string;

  private constructor(guest: Guest, io: Server, closeSignaling: () => Promise<void>, port: number, pass: string) {
    this.guest = guest;
    this.port = port;
    this.#io = io;
    this.#closeSignaling = closeSignaling;
    this.#pass = pass;
  }

  /** Listens; port 0 takes any. Rejects where that fails. */
  static async start(port: number, room: string, patienceMs: number): Promise<Host> {
    const http = createServer();
    const io = new Server(http, { ...recommendedServerOptions, cors: { origin: true } });
    const guest = new Guest(patienceMs);
    const pass = randomBytes(8).toString("hex");
    // Before the signaling sees a socket: what is said is noted as it was written.
    io.use((socket, next) => {
      if (socket.handshake.query.kit !== pass) overhear(guest, room, socket);
      next();
    });
    // Who is away stays so for as long as a client may take to come.
    const signaling = attachSignaling(io, { graceMs: 86_400_000 });
    return new Host(guest, io, () => signaling.close(), await listen(http, port), pass);
  }

  /** Where clients connect. */
  get url(): string {
    return `http://localhost:${String(this.port)}`;
  }

  /** Where the kit's own peers connect, so that they are told from whom they judge. */
  get ownUrl(): string {
    return `http://127.0.0.1:${String(this.port)}/?kit=${this.#pass}`;
  }

  async close(): Promise<void> {
    await this.#closeSignaling();
    await this.#io.close();
  }
}

function overhear(guest: Guest, room: string, socket: Socket): void {
  const line: Line = { emit: (event, payload) => void socket.emit(event, payload), drop: () => socket.conn.close() };
  guest.connected(line);
  socket.on("disconnect", () => guest.ended(line));
  socket.onAnyOutgoing((event: string, payload: { id: string; room: string; offerId?: string }) => {
    if (event === "created" && payload.room === room) guest.admitted(payload.id);
    if (event === "offer") guest.offered.add(payload.offerId);
  });
  socket.use(([event, payload]: unknown[], next) => {
    guest.hear(String(event), payload);
    next();
  });
}
