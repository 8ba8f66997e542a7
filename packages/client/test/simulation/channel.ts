import type { SimulatedClock } from "./clock.js";
import type { Random } from "./random.js";
import type { Outgoing } from "../../src/negotiation/types.js";

/** One direction of signaling: delivers in order after a random delay; an outage takes what is under way. */
export class Channel {
  #up = true;
  #outages = 0;
  #last = 0;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #slowness: number;
  readonly #receive: (message: Outgoing) => void;

  constructor(clock: SimulatedClock, random: Random, slowness: number, receive: (message: Outgoing) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#slowness = slowness;
    this.#receive = receive;
  }

  send(message: Outgoing): void {
    if (!this.#up) return;
    const outagesSoFar = this.#outages;
    this.#last = Math.max(this.#last, this.#clock.now + this.#random.next() * this.#slowness);
    this.#clock.at(this.#last, () => {
      if (this.#outages === outagesSoFar) this.#receive(message);
    });
  }

  cut(): void {
    this.#up = false;
    this.#outages++;
  }

  mend(): void {
    this.#up = true;
  }
}
