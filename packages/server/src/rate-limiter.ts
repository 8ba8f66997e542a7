import { type RateLimit } from "./rate-limit.js";
import { none } from "./short-list.js";

/**
 * Deliveries that a call costs because the application is asked: its `authorize` looks into a database, and its
 * `iceServers` calls a provider.
 */
const askingCost = 50;
/** Deliveries that the first rejected join costs; each further one costs twice as much. */
const rejectedJoinCost = 50;
/** Doublings after which the bound on a single charge has been reached with any options that make sense. */
const maxDoublings = 20;

/**
 * Two token buckets, written the other way round: they count what was spent and forget it at a rate, so that a burst
 * may grow while it is in use. One is for the events that a client sends, one for the deliveries that these cause.
 */
export class RateLimiter {
  /** Under which its client is known; see `RateLimiters`. Most clients have one name: a list of it would be larger. */
  name: string | undefined = undefined;
  /** The names before it. */
  formerNames: readonly string[] = none;
  /** How many sockets use it now. */
  sockets = 0;
  /** How many calls wait for the application. */
  asking = 0;
  readonly #limit: RateLimit;
  #spent = 0;
  /** Offers, answers and candidates on account of `burstPerPeer`. */
  #negotiated = 0;
  #spentAt = Number.NEGATIVE_INFINITY;
  #delivered = 0;
  #deliveredAt = Number.NEGATIVE_INFINITY;
  #rejections = 0;
  #rejectedJoins = 0;

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /**
   * Returns whether one more event may pass. It does not change what others may: a newcomer that sends hundreds of
   * candidates can still send a message, since half of the burst is left to other events.
   *
   * @param now milliseconds of a clock that never goes back
   * @param countPeers counts the other peers that are online; given for offers, answers and candidates, and called only
   *   if half of the burst is used up
   */
  take(now: number, countPeers?: () => number): boolean {
    this.#forgetEvents(now);
    const { burst, burstPerPeer } = this.#limit;
    const next = this.#spent + 1;
    if (countPeers !== undefined && next > burst / 2 && this.#negotiated + 1 <= burstPerPeer * countPeers()) {
      this.#negotiated += 1;
      return true;
    }
    if (next <= burst) {
      this.#spent = next;
      return true;
    }
    this.#rejections += 1;
    return false;
  }

  /**
   * Counts more events that come with one that has passed: the candidates of a bundle. What exceeds the burst is owed,
   * so that a bundle passes however small the burst is.
   */
  charge(count: number, countPeers: () => number): void {
    const { burst, burstPerPeer } = this.#limit;
    if (this.#spent + count > burst / 2 && this.#negotiated + count <= burstPerPeer * countPeers())
      this.#negotiated += count;
    else this.#spent += count;
  }

  /** Returns whether `count` deliveries may pass. More than the whole burst pass if nothing was spent. */
  takeDeliveries(now: number, count: number): boolean {
    this.#forgetDeliveries(now);
    if (count > 0 && this.#delivered > 0 && this.#delivered + count > this.#limit.deliveryBurst) {
      this.#rejections += 1;
      return false;
    }
    this.#delivered += count;
    return true;
  }

  /** Charges deliveries that have happened already, at most half of the burst for one call. */
  chargeDeliveries(now: number, count: number): void {
    this.#forgetDeliveries(now);
    this.#delivered += Math.min(count, this.#limit.deliveryBurst / 2);
  }

  /**
   * Returns whether a call may pass that causes work for the application, or an answer of unknown length: not while all
   * deliveries are used up, or too many such calls wait. Its answer is charged later.
   */
  mayAsk(now: number, maxAsking: number): boolean {
    this.#forgetDeliveries(now);
    if (this.#delivered < this.#limit.deliveryBurst && this.asking < maxAsking) return true;
    this.#rejections += 1;
    return false;
  }

  chargeAsking(now: number): void {
    this.chargeDeliveries(now, askingCost);
  }

  chargeRejectedJoin(now: number): void {
    this.chargeDeliveries(now, rejectedJoinCost * 2 ** Math.min(this.#rejectedJoins, maxDoublings));
    this.#rejectedJoins += 1;
  }

  /** Takes over what was spent elsewhere under the same name, where that is more. */
  inherit(other: RateLimiter, now: number): void {
    for (const limiter of [this, other]) {
      limiter.#forgetEvents(now);
      limiter.#forgetDeliveries(now);
    }
    this.#spent = Math.max(this.#spent, other.#spent);
    this.#negotiated = Math.max(this.#negotiated, other.#negotiated);
    this.#delivered = Math.max(this.#delivered, other.#delivered);
    this.#rejections = Math.max(this.#rejections, other.#rejections);
    this.#rejectedJoins = Math.max(this.#rejectedJoins, other.#rejectedJoins);
  }

  /** Whether nothing is left of what was spent. */
  isRestored(now: number): boolean {
    this.#forgetEvents(now);
    this.#forgetDeliveries(now);
    return this.#spent === 0 && this.#negotiated === 0 && this.#delivered === 0;
  }

  /** All names, the latest last. */
  get names(): readonly string[] {
    return this.name === undefined ? [] : [...this.formerNames, this.name];
  }

  /** Whether the socket has to be disconnected. */
  get exhausted(): boolean {
    return this.#rejections >= this.#limit.maxRejections;
  }

  #forgetEvents(now: number): void {
    const forgotten = ((now - this.#spentAt) * this.#limit.perSecond) / 1000;
    this.#spentAt = now;
    if (forgotten < this.#spent) {
      this.#spent -= forgotten;
      return;
    }
    this.#negotiated = Math.max(0, this.#negotiated - (forgotten - this.#spent));
    this.#spent = 0;
    if (this.#negotiated === 0) this.#rejections = 0;
  }

  #forgetDeliveries(now: number): void {
    const forgotten = ((now - this.#deliveredAt) * this.#limit.deliveriesPerSecond) / 1000;
    this.#deliveredAt = now;
    this.#delivered = Math.max(0, this.#delivered - forgotten);
    if (this.#delivered === 0) this.#rejectedJoins = 0;
  }
}
