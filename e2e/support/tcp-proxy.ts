import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { LinkEmulator, type LinkConditions } from "./link-emulator.js";

/**
 * - `open`: everything passes.
 * - `refusing`: every new connection is reset at once; existing ones go on.
 * - `blackhole`: connections stay and new ones are accepted, and nothing passes. Neither end notices.
 */
export type ProxyMode = "open" | "refusing" | "blackhole";

interface Connection {
  readonly ends: readonly Socket[];
  readonly links: readonly LinkEmulator[];
}

/** A TCP proxy on a port of its own, in front of a server that may come and go. */
export class TcpProxy {
  /** Where new connections lead. */
  targetPort: number;
  conditions: LinkConditions = {};
  /** How many connections were accepted so far. */
  accepted = 0;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  #mode: ProxyMode = "open";

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#accept(socket);
    });
  }

  static async open(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  get mode(): ProxyMode {
    return this.#mode;
  }

  set mode(mode: ProxyMode) {
    this.#mode = mode;
    this.#hold(mode === "blackhole");
  }

  /** Existing connections stay open and carry nothing more; later ones work. */
  freeze(): void {
    this.#hold(true);
  }

  /** Resets every existing connection, at both ends. */
  cut(): void {
    for (const connection of this.#connections) this.#reset(connection);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #accept(socket: Socket): void {
    this.accepted += 1;
    socket.on("error", () => undefined);
    if (this.#mode === "refusing") {
      socket.resetAndDestroy();
      return;
    }
    const upstream = connect({ port: this.targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const conditions = (): LinkConditions => this.conditions;
    const links = [new LinkEmulator(socket, upstream, conditions), new LinkEmulator(upstream, socket, conditions)];
    const connection: Connection = { ends: [socket, upstream], links };
    for (const link of links) link.hold(this.#mode === "blackhole");
    for (const end of connection.ends) {
      // A broken end resets the other one too, except in a black hole: there neither end may notice.
      end.on("error", () => {
        if (this.#mode !== "blackhole") this.#reset(connection);
      });
      end.on("close", () => {
        if (connection.ends.every(({ closed }) => closed)) this.#connections.delete(connection);
      });
    }
    this.#connections.add(connection);
  }

  #hold(held: boolean): void {
    for (const { links } of this.#connections) for (const link of links) link.hold(held);
  }

  #reset(connection: Connection): void {
    this.#connections.delete(connection);
    for (const link of connection.links) link.stop();
    for (const end of connection.ends) end.resetAndDestroy();
  }
}
