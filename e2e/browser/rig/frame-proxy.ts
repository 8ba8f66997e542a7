import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { parseFrame, type Direction, type EventFrame, type FrameAction, type FrameRule } from "./frame-actions.js";

/** How long a frame waits for another one to go first before it goes anyway. */
const swapMs = 200;

/**
 * A proxy that acts on single Socket.IO events: it can drop, duplicate, delay and swap them, or cut the connection with
 * one. Everything else (pages, pings, acks) passes unchanged. Clients have to connect by WebSocket.
 */
export class FrameProxy {
  targetPort: number;
  /** Chooses the action for an event. Default: everything passes. */
  rule: FrameRule = () => "pass";
  /** How many events each action was applied to. */
  readonly counts: Partial<Record<string, number>> = {};
  readonly #http: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #links = new Set<FrameLink>();

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.#http = createServer((incoming, response) => {
      this.#forwardRequest(incoming, response);
    });
    this.#http.on("upgrade", (incoming: IncomingMessage, socket, head) => {
      this.#webSockets.handleUpgrade(incoming, socket, head, (client) => {
        const upstream = new WebSocket(`ws://127.0.0.1:${String(this.targetPort)}${incoming.url ?? ""}`, {
          perMessageDeflate: false,
          headers: { origin: incoming.headers.origin },
        });
        const link = new FrameLink(client, upstream, (frame) => this.#decide(frame));
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

  /** Cuts every existing connection. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.cut();
    this.#http.closeAllConnections();
    await closed;
  }

  #decide(frame: EventFrame): FrameAction {
    const action = this.rule(frame);
    const name = typeof action === "string" ? action : "delay";
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    return action;
  }

  #forwardRequest(incoming: IncomingMessage, response: ServerResponse): void {
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

/** One WebSocket, with its two ends at both sides of the proxy. */
class FrameLink {
  readonly #ends: Record<Direction, WebSocket>;
  readonly #decide: FrameRule;
  /** Frames that wait for the next event to go first, by direction. */
  readonly #swapped: Partial<Record<Direction, () => void>> = {};

  constructor(client: WebSocket, upstream: WebSocket, decide: FrameRule) {
    this.#ends = { up: upstream, down: client };
    this.#decide = decide;
    const queued: string[] = [];
    upstream.on("open", () => {
      for (const text of queued.splice(0)) this.#handle("up", text);
    });
    client.on("message", (data) => {
      const text = textOf(data);
      if (upstream.readyState === WebSocket.CONNECTING) queued.push(text);
      else this.#handle("up", text);
    });
    upstream.on("message", (data) => {
      this.#handle("down", textOf(data));
    });
    for (const end of [client, upstream]) {
      for (const event of ["error", "close"] as const) {
        end.on(event, () => {
          this.cut();
        });
      }
    }
  }

  cut(): void {
    for (const end of Object.values(this.#ends)) end.terminate();
  }

  #handle(direction: Direction, text: string): void {
    const frame = parseFrame(direction, text);
    const action = frame === undefined ? "pass" : this.#decide(frame);
    if (action === "swap" && this.#swapped[direction] === undefined) {
      this.#swap(direction, text);
      return;
    }
    if (typeof action === "object") {
      setTimeout(() => {
        this.#send(direction, text);
      }, action.delayMs);
      return;
    }
    if (action === "cut") this.cut();
    if (action === "drop" || action === "cut") return;
    this.#send(direction, text);
    if (action === "duplicate") this.#send(direction, text);
    // Acks and pings do not count as the event that goes first.
    if (frame !== undefined) this.#swapped[direction]?.();
  }

  #swap(direction: Direction, text: string): void {
    const send = (): void => {
      clearTimeout(timer);
      this.#swapped[direction] = undefined;
      this.#send(direction, text);
    };
    const timer = setTimeout(send, swapMs);
    this.#swapped[direction] = send;
  }

  #send(direction: Direction, text: string): void {
    const end = this.#ends[direction];
    if (end.readyState === WebSocket.OPEN) end.send(text);
  }
}

function textOf(data: WebSocket.RawData): string {
  return (data as Buffer).toString();
}
