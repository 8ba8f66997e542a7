import { connectionBurst, connectionCostMs } from "../negotiation/recovery-defaults.js";
/**
 * Bounds the connections that one pair uses up. A page has room for some hundreds, counting those that are closed and not
 * collected yet: a peer that makes one after another necessary would leave none for the others.
 */
export class ConnectionBudget {
  #spentUntil = 0;

  /** Throws where it is spent; there is room for one more connection each second. */
  spend(now: number): void {
    const spentUntil = Math.max(this.#spentUntil, now) + connectionCostMs;
    if (spentUntil - now > connectionBurst * connectionCostMs)
      throw new Error("This peer needs one connection after another.");
    this.#spentUntil = spentUntil;
  }
}
