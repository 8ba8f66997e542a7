import { createDeviceMessages, defaultLimits, readDeviceMessage, type FromDevice } from "@sig/protocol";
import { RuleSkipped, RuleViolation, show } from "../rule.js";
import { Waiter } from "../waiter.js";

/** The connection of the device under test, from the gateway's side. */
export interface DeviceConnection {
  send(message: unknown): void;
  /** Resolves with the device's pong. */
  ping(): Promise<void>;
}

/** A frame from the device: its text, and the message in it, or why it is invalid. */
export interface Frame {
  readonly text: string;
  readonly message?: FromDevice;
  readonly problem?: string;
}

const messages = createDeviceMessages(defaultLimits);

/** Records everything between the device under test and the gateway. */
export class DeviceLog {
  readonly frames: Frame[] = [];
  /** The request target of its connection; empty before. */
  url = "";
  /** The device's id in the room; empty before `config`. */
  id = "";
  readonly #waiter = new Waiter();
  readonly #endListeners = new Set<() => void>();
  #connection: DeviceConnection | undefined;
  /** The last rejection of the gateway: its code and message. */
  #rejection = "";

  /** Whether the device is connected now. */
  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  connected(url: string, connection: DeviceConnection): void {
    this.url = url;
    this.#connection = connection;
    this.#waiter.notify();
  }

  ended(connection: DeviceConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    for (const listener of this.#endListeners) listener();
    this.#waiter.notify();
  }

  /** Calls the listener when the device's connection ends; the returned function removes it. */
  onEnd(listener: () => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  fromDevice(text: string): void {
    const read = readDeviceMessage(messages, parse(text));
    this.frames.push(read.ok ? { text, message: read.value } : { text, problem: read.message });
    this.#waiter.notify();
  }

  toDevice(text: string): void {
    const message = parse(text) as { type?: unknown; id?: string; code?: string; message?: string };
    if (message.type === "rejected") this.#rejection = `${message.code ?? ""}: ${message.message ?? ""}`;
    if (message.type === "config") this.id = message.id ?? "";
    this.#waiter.notify();
  }

  /** Sends the device a message that does not come from the gateway. */
  send(message: unknown): void {
    this.#connection?.send(message);
  }

  /** Pings the device. A missing pong is a violation. */
  async ping(timeoutMs: number): Promise<void> {
    if (this.#connection === undefined) throw new RuleSkipped("the device's connection has ended");
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => (timer = setTimeout(resolve, timeoutMs, "late")));
    const first = await Promise.race([this.#connection.ping(), late]);
    clearTimeout(timer);
    if (first === "late") throw new RuleViolation("a pong", `none within ${String(timeoutMs)} ms`);
  }

  /** Waits for a condition. A timeout is a violation, and so is the end of the connection. */
  async until(what: string, timeoutMs: number, condition: () => boolean): Promise<void> {
    const wasOpen = this.isOpen;
    const hasEnded = (): boolean => wasOpen && !this.isOpen;
    if ((await this.#waiter.until(() => condition() || undefined, timeoutMs, hasEnded)) !== undefined) return;
    const last = this.frames.at(-1);
    const actual = hasEnded() ? "the end of its connection" : `nothing of the kind within ${String(timeoutMs)} ms`;
    const rejection = this.#rejection === "" ? "" : `, after ${this.#rejection}`;
    const lastFrame = last === undefined ? "" : `; the last frame was ${show(last.text)}`;
    throw new RuleViolation(what, `${actual}${rejection}${lastFrame}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
