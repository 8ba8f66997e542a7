import type { Clock } from "../../util/clock.js";
import type { Random, Range } from "../random.js";

/** One Socket.IO event, or the answer to one. */
export interface Frame {
  readonly event: string;
  readonly payload: unknown;
  /** To be called by the receiver, with the answer; it goes back over the same wire. */
  readonly ack?: ((reply: unknown) => void) | undefined;
}

/** What is done to single messages on their way. Rates are between 0 and 1. */
export interface SignalingFaults {
  /** How likely a message is lost. */
  readonly drop?: number;
  /** How likely it comes twice. */
  readonly duplicate?: number;
  /** How likely it is overtaken by those after it; by joins, exits and whatever else is not among `events` it is not. */
  readonly reorder?: number;
  /** Which events this is done to; default: `offer`, `answer`, `candidate`, which is what goes from peer to peer. */
  readonly events?: readonly string[];
}

/** What the wires of one server share. */
export interface WireSettings {
  readonly clock: Clock;
  readonly random: Random;
  readonly latencyMs: Range;
  faults: SignalingFaults;
  /** While it is set, what arrives is put there. */
  held: (() => void)[] | undefined;
}

const relayed = ["offer", "answer", "candidate"];

/** One direction of one connection: in order, after a while, and with the faults that are asked for. */
export class Wire {
  readonly #settings: WireSettings;
  readonly #receive: (frame: Frame) => void;
  /** When the last of those arrives that keep their order, and the last of all. */
  #last = 0;
  #slowest = 0;
  #closed = false;
  /** What came while the wire is cut: TCP would send it again. */
  #stalled: Frame[] | undefined;

  constructor(settings: WireSettings, receive: (frame: Frame) => void) {
    this.#settings = settings;
    this.#receive = receive;
  }

  send(frame: Frame): void {
    const { random, faults } = this.#settings;
    const { drop = 0, duplicate = 0, reorder = 0, events = relayed } = faults;
    if (!events.includes(frame.event)) {
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
    // At once: what was sent later may be about to arrive.
    for (const frame of stalled) this.#arrive(frame);
  }

  /** What is under way is lost. */
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
