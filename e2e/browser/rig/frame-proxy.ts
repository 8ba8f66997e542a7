import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { readFrame, type EventFrame, type Fate, type Way } from "./frames.js";

/** How long a frame waits for one to let go first, before it goes on all the same. */
const swapMs = 200;

/**
 * A proxy that knows single events of Socket.IO: it can lose, double, delay and swap them, or cut the connection with one.
 * Everything else (pages, pings, acks) goes through as it is. Clients have to come by WebSocket.
 */
export class FrameProxy {
  targetPort: number;
  /** What becomes of an event. Nothing but "pass" until it is set. */
  fate: (frame: EventFrame) => Fate = () => "pass";
  /** How many events met which fate. */
  readonly counts: Partial<Record<string, number>> = {};
  readonly #http: Server;
  readonly #accepting = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #links = new Set<FrameLink>();

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.#http = createServer((incoming, response) => {
      this.#pass(incoming, response);
    });
    this.#http.on("upgrade", (incoming: IncomingMessage, socket, head) => {
      this.#accepting.handleUpgrade(incoming, socket, head, (client) => {
        const upstream = new WebSocket(`ws://127.0.0.1:${String(this.targetPort)}${incoming.url ?? ""}`, {
          perMessageDeflate: false,
          headers: { origin: incoming.headers.origin },
        });
        const link = new FrameLink(client, upstream, (frame) => this.#judge(frame));
        this.#links.add(link);
        client.once("close", () => this.#links.delete(link));
      });
    });
  }

  static async open(targetPort: number): Promise<FrameProxy> {
    const proxy = new FrameProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#http.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#http.address() as AddressInfo).port)}`;
  }

  /** Cuts every connection that stands. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.cut();
    this.#http.closeAllConnections();
    await closed;
  }

  #judge(frame: EventFrame): Fate {
    const fate = this.fate(frame);
    const name = typeof fate === "string" ? fate : "delay";
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    return fate;
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const outgoing = request(
      {
        port: this.targetPort,
        host: "127.0.0.1",
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  }
}

/** One WebSocket on both sides of the proxy. */
class FrameLink {
  readonly #ends: Record<Way, WebSocket>;
  readonly #judge: (frame: EventFrame) => Fate;
  /** What waits for the next event to go first, by the way it goes. */
  readonly #waiting: Partial<Record<Way, () => void>> = {};

  constructor(client: WebSocket, upstream: WebSocket, judge: (frame: EventFrame) => Fate) {
    this.#ends = { up: upstream, down: client };
    this.#judge = judge;
    const early: string[] = [];
    upstream.on("open", () => {
      for (const text of early.splice(0)) this.#meet("up", text);
    });
    client.on("message", (data) => {
      const text = textOf(data);
      if (upstream.readyState === WebSocket.CONNECTING) early.push(text);
      else this.#meet("up", text);
    });
    upstream.on("message", (data) => {
      this.#meet("down", textOf(data));
    });
    for (const end of [client, upstream]) {
      end.on("error", () => {
        this.cut();
      });
      end.on("close", () => {
        this.cut();
      });
    }
  }

  cut(): void {
    for (const end of Object.values(this.#ends)) end.terminate();
  }

  #meet(way: Way, text: string): void {
    const frame = readFrame(way, text);
    const fate = frame === undefined ? "pass" : this.#judge(frame);
    if (fate === "swap" && this.#waiting[way] === undefined) {
      this.#swap(way, text);
      return;
    }
    if (typeof fate === "object") {
      setTimeout(() => {
        this.#send(way, text);
      }, fate.delayMs);
      return;
    }
    if (fate === "cut") this.cut();
    if (fate === "lose" || fate === "cut") return;
    this.#send(way, text);
    if (fate === "double") this.#send(way, text);
    // Acks and pings do not count as the one that goes first.
    if (frame !== undefined) this.#waiting[way]?.();
  }

  #swap(way: Way, text: string): void {
    const go = (): void => {
      clearTimeout(timer);
      this.#waiting[way] = undefined;
      this.#send(way, text);
    };
    const timer = setTimeout(go, swapMs);
    this.#waiting[way] = go;
  }

  #send(way: Way, text: string): void {
    const end = this.#ends[way];
    if (end.readyState === WebSocket.OPEN) end.send(text);
  }
}

function textOf(data: WebSocket.RawData): string {
  return (data as Buffer).toString();
}
