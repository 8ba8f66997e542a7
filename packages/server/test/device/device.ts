import { type ToDevice } from "@sig/protocol";
import { onTestFinished } from "vitest";
import { WebSocket, type ClientOptions } from "ws";

/** Milliseconds that a test waits for a message. Only a failing test waits so long. */
const timeoutMs = 8_000;

type Message = ToDevice & Record<string, unknown>;

/** A device of the tests: a bare WebSocket that records every message. */
export class TestDevice {
  readonly socket: WebSocket;
  readonly log: Message[] = [];
  /** Resolves with the code of the close frame that it received. */
  readonly closed: Promise<number>;
  readonly #unread: Message[] = [];
  #look: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString("utf8")) as Message;
      this.log.push(message);
      this.#unread.push(message);
      this.#look();
    });
  }

  static async connect(
    url: string,
    query: Record<string, string>,
    path = "/device",
    options: ClientOptions = {},
  ): Promise<TestDevice> {
    const address = `${url.replace(/^http/, "ws")}${path}?${new URLSearchParams(query).toString()}`;
    const socket = new WebSocket(address, options);
    const device = new TestDevice(socket);
    onTestFinished(() => socket.terminate());
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return device;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** Resolves with the next message that was not read yet. */
  async next(): Promise<Message> {
    let first = this.#unread.shift();
    while (first === undefined) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`nothing arrived; received: ${JSON.stringify(this.log).slice(-1000)}`)),
          timeoutMs,
        );
        this.#look = () => {
          clearTimeout(timer);
          this.#look = () => undefined;
          resolve();
        };
      });
      first = this.#unread.shift();
    }
    return first;
  }

  /** Resolves when everything that this device sent before was handled, with the messages that arrived meanwhile. */
  async roundTrip(): Promise<Message[]> {
    this.send({ type: "config" });
    const received: Message[] = [];
    for (;;) {
      const message = await this.next();
      if (message.type === "config") return received;
      received.push(message);
    }
  }
}
