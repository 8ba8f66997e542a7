import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** How a reverse proxy treats what passes through it. The defaults change nothing. */
export interface HttpProxyOptions {
  /** A response or a WebSocket on which the server has sent nothing for so long ends, as with `proxy_read_timeout`. */
  readonly idleMs?: number;
  /** Whether a response is sent on only once it is complete, as with `proxy_buffering`. */
  readonly buffers?: boolean;
  /** Whether requests to upgrade pass; otherwise they are answered with 400. */
  readonly upgrades?: boolean;
}

/** A reverse proxy on a port of its own. Unlike a `TcpProxy` it knows requests, responses and upgrades. */
export class HttpProxy {
  /** How many responses and WebSockets it has cut for being idle. */
  cuts = 0;
  /** How many requests to upgrade it has answered itself. */
  blocked = 0;
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #options: HttpProxyOptions;
  readonly #sockets = new Set<Socket>();

  private constructor(targetPort: number, options: HttpProxyOptions) {
    this.#targetPort = targetPort;
    this.#options = options;
    this.#server = createServer((incoming, outgoing) => this.#respond(incoming, outgoing));
    this.#server.on("upgrade", (incoming: IncomingMessage, client: Socket, head: Buffer) => {
      this.#upgrade(incoming, client, head);
    });
    this.#server.on("connection", (socket: Socket) => this.#keep(socket));
  }

  static async open(targetPort: number, options: HttpProxyOptions = {}): Promise<HttpProxy> {
    const proxy = new HttpProxy(targetPort, options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #respond(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url: path, headers } = incoming;
    const fail = (status: number): void => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(status).end();
    };
    const upstream = request({ host: "127.0.0.1", port: this.#targetPort, method, path, headers, agent: false });
    this.#cutIdle(
      (ms, cut) => upstream.setTimeout(ms, cut),
      () => {
        fail(504);
        upstream.destroy();
      },
    );
    upstream.on("response", (response) => {
      const chunks: Buffer[] = [];
      outgoing.statusCode = response.statusCode ?? 502;
      for (const [name, value] of Object.entries(response.headers))
        if (value !== undefined) outgoing.setHeader(name, value);
      if (this.#options.buffers === true) {
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => outgoing.end(Buffer.concat(chunks)));
      } else response.pipe(outgoing);
      response.on("error", () => fail(502));
    });
    upstream.on("error", () => fail(502));
    outgoing.on("close", () => upstream.destroy());
    incoming.pipe(upstream);
  }

  #upgrade(incoming: IncomingMessage, client: Socket, head: Buffer): void {
    if (this.#options.upgrades === false) {
      this.blocked += 1;
      client.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const upstream = this.#keep(connect(this.#targetPort, "127.0.0.1"));
    const { method = "GET", url = "/", rawHeaders } = incoming;
    const lines = Array.from({ length: rawHeaders.length / 2 }, (_, at) =>
      rawHeaders.slice(2 * at, 2 * at + 2).join(": "),
    );
    upstream.write([`${method} ${url} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    upstream.write(head);
    upstream.pipe(client).pipe(upstream);
    for (const [end, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      end.on("close", () => other.destroy());
    this.#cutIdle(
      (ms, cut) => {
        let timer = setTimeout(cut, ms);
        upstream.on("data", () => (timer = timer.refresh()));
        upstream.on("close", () => clearTimeout(timer));
      },
      () => client.destroy(),
    );
  }

  #cutIdle(watch: (ms: number, cut: () => void) => void, end: () => void): void {
    const { idleMs } = this.#options;
    if (idleMs === undefined) return;
    watch(idleMs, () => {
      this.cuts += 1;
      end();
    });
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
    return socket;
  }
}
