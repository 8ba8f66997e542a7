import { NotJudged } from "../rule.js";
import type { DeviceLog } from "./device-log.js";
import { Viewer } from "./viewer.js";

export interface DeviceStageOptions {
  readonly log: DeviceLog;
  readonly signalingUrl: string;
  readonly room: string;
  /** How long the device may take to come, and each of its answers, in milliseconds. */
  readonly waitMs: number;
  readonly patienceMs: number;
}

/** The room in which a device is judged, and who looks at it. */
export class DeviceStage {
  readonly log: DeviceLog;
  readonly room: string;
  readonly waitMs: number;
  readonly patienceMs: number;
  readonly #signalingUrl: string;
  readonly #viewers: Viewer[] = [];

  constructor({ log, signalingUrl, room, waitMs, patienceMs }: DeviceStageOptions) {
    this.log = log;
    this.room = room;
    this.waitMs = waitMs;
    this.patienceMs = patienceMs;
    this.#signalingUrl = signalingUrl;
  }

  /** One more viewer. */
  async viewer(): Promise<Viewer> {
    this.needsDevice();
    const viewer = await Viewer.join(this.#signalingUrl, this.room, this.log, this.patienceMs);
    this.#viewers.push(viewer);
    return viewer;
  }

  /** The viewer who was first. */
  async first(): Promise<Viewer> {
    this.needsDevice();
    return this.#viewers[0] ?? (await this.viewer());
  }

  needsDevice(): void {
    if (this.log.id === "") throw new NotJudged("the device has not come");
    if (!this.log.isOpen) throw new NotJudged("the device's connection has ended");
  }

  close(): void {
    for (const { actor } of this.#viewers) actor.close();
  }
}
