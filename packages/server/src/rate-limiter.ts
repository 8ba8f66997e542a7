/** How many events one socket may send. */
export interface RateLimit {
  /** Events per second, sustained. Default 50. */
  perSecond: number;
  /** Events at once, after a pause. Default 300. */
  burst: number;
  /**
   * Added to `burst` for each other peer that the socket shares a room with: joining a large room takes many messages.
   * Default 40.
   */
  burstPerPeer: number;
  /**
   * Rejected events after which the socket is disconnected, unless a long enough pause resets the count. Default 500.
   */
  maxRejections: number;
  /** @deprecated Use `maxRejections`. */
  maxRefusals?: number | undefined;
}

export const defaultRateLimit = {
  // An honest client sends a few messages a second for long, and more only while it connects.
  perSecond: 50,
  burst: 300,
  // An offer or an answer, and its candidates.
  burstPerPeer: 40,
  // A flood: ten seconds of the sustained rate, all of it rejected.
  maxRejections: 500,
} satisfies RateLimit;

/**
 * A token bucket, written the other way round: it counts what was spent and forgets it at `perSecond`, so
 * that the burst may grow while it is in use.
 */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #countPeers: () => number;
  #spent = 0;
  #rejections = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  /**
   * @param countPeers counts the other peers that the socket shares rooms with; called only when the plain burst is
   * used up
   */
  constructor(limit: RateLimit, countPeers: () => number) {
    this.#limit = limit;
    this.#countPeers = countPeers;
  }

  /** Returns whether one more event may pass at `now`, in milliseconds of a clock that never goes back. */
  take(now: number): boolean {
    const { perSecond, burst, burstPerPeer } = this.#limit;
    const forgotten = ((now - this.#lastAt) * perSecond) / 1000;
    this.#lastAt = now;
    if (forgotten >= this.#spent) {
      this.#spent = 0;
      this.#rejections = 0;
    } else {
      this.#spent -= forgotten;
    }
    if (this.#spent + 1 <= burst || this.#spent + 1 <= burst + burstPerPeer * this.#countPeers()) {
      this.#spent += 1;
      return true;
    }
    this.#rejections += 1;
    return false;
  }

  /** Whether the socket has to be disconnected. */
  get exhausted(): boolean {
    return this.#rejections >= this.#limit.maxRejections;
  }
}
