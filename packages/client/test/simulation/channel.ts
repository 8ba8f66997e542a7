import type { SimulatedClock } from "./clock.js";
import type { Random } from "./random.js";
import type { Outgoing } from "../../src/negotiation/types.js";

/** One direction of signaling: delivers in order after a random delay. An outage drops the messages in transit. */
export class Channel {
  #up = true;
  #outages = 0;
  #last = 0;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #maxDelay: number;
  readonly #receive: (message: Outgoing) => void;

  constructor(clock: SimulatedClock, random: Random, maxDelay: number, receive: (message: Outgoing) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#maxDelay = maxDelay;
    this.#receive = receive;
  }

  send(message: Outgoing): void {
    if (!this.#up) return;
    const outagesSoFar = this.#outages;
    this.#last = Math.max(this.#last, this.#clock.now + this.#random.next() * this.#maxDelay);
    this.#clock.at(this.#last, () => {
      if (this.#outages === outagesSoFar) this.#receive(message);
    });
  }

  startOutage(): void {
    this.#up = false;
    this.#outages++;
  }

  endOutage(): void {
    this.#up = true;
  }
}
