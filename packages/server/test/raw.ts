import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

const timeoutMs = 8_000;

/** A client that writes Engine.IO frames by hand, for frames that no well-behaved client sends. */
export class RawClient {
  readonly frames: string[] = [];
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<(frame: string) => void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => {
      const frame = data.toString("utf8");
      if (frame === "2") {
        this.send("3");
        return;
      }
      this.frames.push(frame);
      for (const look of this.#waiting) look(frame);
    });
  }

  /** Connects, and enters the main namespace unless `enter` is false. Socket.IO 2 (EIO 3) enters it by itself. */
  static async connect(url: string, { enter = true, EIO = 4 } = {}): Promise<RawClient> {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/socket.io/?EIO=${EIO}&transport=websocket`);
    onTestFinished(() => socket.terminate());
    const client = new RawClient(socket);
    await client.next((frame) => frame.startsWith(EIO === 3 ? "40" : "0"));
    if (!enter || EIO === 3) return client;
    client.send("40");
    await client.next((frame) => frame.startsWith("40{"));
    return client;
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: string | Buffer): void {
    if (this.open) this.#socket.send(frame);
  }

  close(): void {
    this.#socket.close();
  }

  /** Resolves with a frame that has arrived already or arrives later. */
  async next(matches: (frame: string) => boolean): Promise<string> {
    const found = this.frames.find(matches);
    if (found !== undefined) return found;
    return new Promise((resolve, reject) => {
      const look = (frame: string): void => {
        if (!matches(frame)) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(frame);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`no such frame arrived; received: ${this.frames.slice(-5).join(" ").slice(0, 1000)}`));
      }, timeoutMs);
      this.#waiting.add(look);
    });
  }

  #calls = 0;

  /** Sends an event with a payload that is JSON text already, and resolves with the reply. */
  async call(event: string, json: string): Promise<unknown> {
    const id = this.#calls;
    this.#calls += 1;
    this.send(`42${id}[${JSON.stringify(event)}${json === "" ? "" : `,${json}`}]`);
    const prefix = `43${id}[`;
    const frame = await this.next((candidate) => candidate.startsWith(prefix));
    return (JSON.parse(frame.slice(prefix.length - 1)) as unknown[])[0];
  }
}
