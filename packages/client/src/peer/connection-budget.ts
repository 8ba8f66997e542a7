import { connectionBurst, connectionCostMs } from "../negotiation/time-constants.js";
/**
 * Bounds the connections made for one peer. A page has room for some hundreds, closed ones that are not collected
 * included: a peer that requires one after another would leave none for the others.
 */
export class ConnectionBudget {
  #spentUntil = 0;

  /** Throws when the budget is spent. It grows by one connection a second. */
  spend(now: number): void {
    const spentUntil = Math.max(this.#spentUntil, now) + connectionCostMs;
    if (spentUntil - now > connectionBurst * connectionCostMs) throw new Error("Too many connections.");
    this.#spentUntil = spentUntil;
  }
}
