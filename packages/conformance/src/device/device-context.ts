import { RuleSkipped } from "../rule.js";
import type { DeviceLog } from "./device-log.js";
import { Viewer } from "./viewer.js";

export interface DeviceContextOptions {
  readonly log: DeviceLog;
  readonly signalingUrl: string;
  readonly room: string;
  /** How long the device may take to connect, in milliseconds. */
  readonly waitMs: number;
  /** How long each of its answers may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** The room of the device under test, and its viewers. */
export class DeviceContext {
  readonly log: DeviceLog;
  readonly room: string;
  readonly waitMs: number;
  readonly timeoutMs: number;
  readonly #signalingUrl: string;
  readonly #viewers: Viewer[] = [];

  constructor({ log, signalingUrl, room, waitMs, timeoutMs }: DeviceContextOptions) {
    this.log = log;
    this.room = room;
    this.waitMs = waitMs;
    this.timeoutMs = timeoutMs;
    this.#signalingUrl = signalingUrl;
  }

  /** Adds a viewer. */
  async viewer(): Promise<Viewer> {
    this.needsDevice();
    const viewer = await Viewer.join(this.#signalingUrl, this.room, this.log, this.timeoutMs);
    this.#viewers.push(viewer);
    return viewer;
  }

  /** The first viewer. */
  async first(): Promise<Viewer> {
    this.needsDevice();
    return this.#viewers[0] ?? (await this.viewer());
  }

  needsDevice(): void {
    if (this.log.id === "") throw new RuleSkipped("the device has not connected");
    if (!this.log.isOpen) throw new RuleSkipped("the device's connection has ended");
  }

  close(): void {
    for (const { client } of this.#viewers) client.close();
  }
}
