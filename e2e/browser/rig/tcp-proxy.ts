import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Lane, type Conditions } from "./lane.js";

/**
 * - `open`: everything goes through.
 * - `refusing`: every new connection is reset at once; those that stand go on.
 * - `black`: connections stand and new ones are accepted, and nothing goes through. Neither end is told.
 */
export type ProxyMode = "open" | "refusing" | "black";

interface Line {
  readonly ends: readonly Socket[];
  readonly lanes: readonly Lane[];
}

/** A TCP proxy on a port of its own, in front of a server that may come and go behind it. */
export class TcpProxy {
  /** Where new connections lead to. */
  targetPort: number;
  conditions: Conditions = {};
  /** How many connections were accepted so far. */
  accepted = 0;
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  #mode: ProxyMode = "open";

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
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
    for (const { lanes } of this.#lines) for (const lane of lanes) lane.hold(mode === "black");
  }

  /** Resets every connection that stands, at both ends. */
  cut(): void {
    for (const line of this.#lines) this.#end(line);
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
    const upstream = connect({ port: this.targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const conditions = (): Conditions => this.conditions;
    const lanes = [new Lane(socket, upstream, conditions), new Lane(upstream, socket, conditions)];
    const line: Line = { ends: [socket, upstream], lanes };
    for (const lane of lanes) lane.hold(this.#mode === "black");
    for (const end of line.ends) {
      // An end that breaks takes the other along, unless the line is black: then nobody is told.
      end.on("error", () => {
        if (this.#mode !== "black") this.#end(line);
      });
    }
    socket.on("close", () => {
      if (upstream.closed) this.#lines.delete(line);
    });
    upstream.on("close", () => {
      if (socket.closed) this.#lines.delete(line);
    });
    this.#lines.add(line);
  }

  #end(line: Line): void {
    this.#lines.delete(line);
    for (const lane of line.lanes) lane.stop();
    for (const end of line.ends) end.resetAndDestroy();
  }
}
