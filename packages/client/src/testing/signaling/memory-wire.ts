import type { Clock } from "../../util/clock.js";
import type { Random, Range } from "../random.js";

/** One Socket.IO event, or the reply to one. */
export interface Frame {
  readonly event: string;
  readonly payload: unknown;
  /** The receiver calls it with the reply, which returns over the other wire. */
  readonly ack?: ((reply: unknown) => void) | undefined;
}

/** Faults of single messages in transit. Rates are probabilities from 0 to 1. */
export interface SignalingFaults {
  /** The probability that a message is lost. */
  readonly drop?: number;
  /** The probability that a message arrives twice. */
  readonly duplicate?: number;
  /** The probability that later messages overtake it. Events that are not in `events` never do. */
  readonly reorder?: number;
  /** The affected events. Default: `offer`, `answer`, `candidate`. */
  readonly events?: readonly string[];
}

/** Settings that all wires of one server share. */
export interface WireSettings {
  readonly clock: Clock;
  readonly random: Random;
  readonly latencyMs: Range;
  readonly eventPrefix?: string;
  faults: SignalingFaults;
  /** If set, arriving frames wait here. */
  held: (() => void)[] | undefined;
}

const relayed = ["offer", "answer", "candidate"];

/** One direction of one connection: ordered, with latency and the configured faults. */
export class Wire {
  readonly #settings: WireSettings;
  readonly #receive: (frame: Frame) => void;
  /** When the last ordered frame arrives, and the last of all frames. */
  #last = 0;
  #slowest = 0;
  #closed = false;
  /** Frames sent while the wire is cut: TCP would resend them. */
  #stalled: Frame[] | undefined;

  constructor(settings: WireSettings, receive: (frame: Frame) => void) {
    this.#settings = settings;
    this.#receive = receive;
  }

  send(frame: Frame): void {
    const { random, faults, eventPrefix = "" } = this.#settings;
    const { drop = 0, duplicate = 0, reorder = 0, events = relayed } = faults;
    if (!events.includes(frame.event.slice(eventPrefix.length))) {
      this.#last = Math.max(this.#last, this.#slowest);
      this.#transmit(frame);
      return;
    }
    if (random.chance(drop)) return;
    const late = random.chance(reorder);
    this.#transmit(frame, late);
    if (random.chance(duplicate)) this.#transmit(frame, late);
  }

  stall(): void {
    this.#stalled ??= [];
  }

  resume(): void {
    const stalled = this.#stalled ?? [];
    this.#stalled = undefined;
    // At once, because later frames may be about to arrive.
    for (const frame of stalled) this.#arrive(frame);
  }

  /** Drops all frames in transit. */
  close(): void {
    this.#closed = true;
  }

  #transmit(frame: Frame, late = false): void {
    const { clock, random, latencyMs } = this.#settings;
    const now = clock.now();
    const takes = random.within(latencyMs);
    const at = late ? now + 3 * takes + 20 * random.next() : Math.max(this.#last, now + takes);
    if (!late) this.#last = at;
    this.#slowest = Math.max(this.#slowest, at);
    clock.after(at - now, () => this.#arrive(frame));
  }

  #arrive(frame: Frame): void {
    if (this.#closed) return;
    if (this.#stalled !== undefined) this.#stalled.push(frame);
    else if (this.#settings.held !== undefined) this.#settings.held.push(() => this.#arrive(frame));
    else this.#receive(frame);
  }
}
