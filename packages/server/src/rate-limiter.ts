/** How many events one socket may send. */
export interface RateLimit {
  /** Events a second that may go on for ever. Default 50. */
  perSecond: number;
  /** Events at once, after a rest. Default 300. */
  burst: number;
  /** Added to `burst` for each other peer that the socket shares a room with: joining a large room takes many messages. Default 40. */
  burstPerPeer: number;
  /** Refused events after which the socket is disconnected, unless it rested long enough in between to be forgiven all. Default 500. */
  maxRefusals: number;
}

export const defaultRateLimit: RateLimit = { perSecond: 50, burst: 300, burstPerPeer: 40, maxRefusals: 500 };

/**
 * A token bucket, written the other way round: it counts what was spent and forgets it at `perSecond`, so
 * that the burst may grow while it is in use.
 */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #countPeers: () => number;
  #spent = 0;
  #refusals = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** @param countPeers how many other peers the socket shares rooms with; asked only when the plain burst is used up */
  constructor(limit: RateLimit, countPeers: () => number) {
    this.#limit = limit;
    this.#countPeers = countPeers;
  }

  /** Whether one more event may pass at `now`, in milliseconds of a clock that never goes back. */
  take(now: number): boolean {
    const { perSecond, burst, burstPerPeer } = this.#limit;
    const forgotten = ((now - this.#lastAt) * perSecond) / 1000;
    this.#lastAt = now;
    if (forgotten >= this.#spent) {
      this.#spent = 0;
      this.#refusals = 0;
    } else {
      this.#spent -= forgotten;
    }
    if (this.#spent + 1 <= burst || this.#spent + 1 <= burst + burstPerPeer * this.#countPeers()) {
      this.#spent += 1;
      return true;
    }
    this.#refusals += 1;
    return false;
  }

  /** Whether so much was refused that the socket has to go. */
  get exhausted(): boolean {
    return this.#refusals >= this.#limit.maxRefusals;
  }
}
