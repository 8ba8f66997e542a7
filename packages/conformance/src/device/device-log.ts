import { createDeviceMessages, defaultLimits, readDeviceMessage, type FromDevice } from "@sig/protocol";
import { Fault, NotJudged, show } from "../rule.js";
import { Watch } from "../watch.js";

/** The connection of the device under test, from the gateway's side. */
export interface DeviceLine {
  say(message: unknown): void;
  /** Resolves when a ping was answered. */
  isAlive(): Promise<void>;
}

/** A frame of the device's: its text, and what it reads as, if it can be read. */
export interface Frame {
  readonly text: string;
  readonly message?: FromDevice;
  readonly why?: string;
}

const messages = createDeviceMessages(defaultLimits);

/** All that passes between the device under test and the gateway. */
export class DeviceLog {
  readonly frames: Frame[] = [];
  /** The address that it came with; empty before. */
  url = "";
  /** The device's id in the room; empty before `config`. */
  id = "";
  readonly #watch = new Watch();
  readonly #ends = new Set<() => void>();
  #line: DeviceLine | undefined;
  /** What the gateway refused last, in its words. */
  #refused = "";

  /** Whether the device is connected now. */
  get isOpen(): boolean {
    return this.#line !== undefined;
  }

  connected(url: string, line: DeviceLine): void {
    this.url = url;
    this.#line = line;
    this.#watch.look();
  }

  ended(line: DeviceLine): void {
    if (this.#line !== line) return;
    this.#line = undefined;
    for (const tell of this.#ends) tell();
    this.#watch.look();
  }

  /** Tells of the end of the device's connection, until what it gives is called. */
  onEnd(tell: () => void): () => void {
    this.#ends.add(tell);
    return () => this.#ends.delete(tell);
  }

  said(text: string): void {
    const read = readDeviceMessage(messages, parse(text));
    this.frames.push(read.ok ? { text, message: read.value } : { text, why: read.message });
    this.#watch.look();
  }

  heard(text: string): void {
    const message = parse(text) as { type?: unknown; id?: string; code?: string; message?: string };
    if (message.type === "rejected") this.#refused = `${message.code ?? ""}: ${message.message ?? ""}`;
    if (message.type === "config") this.id = message.id ?? "";
    this.#watch.look();
  }

  /** Says something that the gateway did not. */
  say(message: unknown): void {
    this.#line?.say(message);
  }

  async isAlive(patienceMs: number): Promise<void> {
    if (this.#line === undefined) throw new NotJudged("the device's connection has ended");
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => (timer = setTimeout(resolve, patienceMs, "late")));
    const first = await Promise.race([this.#line.isAlive(), late]);
    clearTimeout(timer);
    if (first === "late") throw new Fault("a pong", `none within ${String(patienceMs)} ms`);
  }

  /** Until something is so; a fault where it does not become so in time, or cannot any more since the device has gone. */
  async until(what: string, patienceMs: number, look: () => boolean): Promise<void> {
    const wasOpen = this.isOpen;
    const hasGone = (): boolean => wasOpen && !this.isOpen;
    if ((await this.#watch.until(() => look() || undefined, patienceMs, hasGone)) !== undefined) return;
    const last = this.frames.at(-1);
    const came = hasGone() ? "the end of its connection" : `nothing of the kind within ${String(patienceMs)} ms`;
    throw new Fault(
      what,
      `${came}${this.#refused === "" ? "" : `, after ${this.#refused}`}${last === undefined ? "" : `; the last frame was ${show(last.text)}`}`,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
