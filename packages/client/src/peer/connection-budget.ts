/** As many at once as nobody needs who means well: each change of what is published to a device may take one. */
const burst = 32;
const msPerConnection = 1000;

/**
 * Bounds the connections that one pair uses up. A page has room for some hundreds, counting those that are closed and not
 * collected yet: a peer that makes one after another necessary would leave none for the others.
 */
export class ConnectionBudget {
  #spentUntil = 0;

  /** Throws where it is spent; there is room for one more connection each second. */
  spend(now: number): void {
    const spentUntil = Math.max(this.#spentUntil, now) + msPerConnection;
    if (spentUntil - now > burst * msPerConnection) throw new Error("This peer needs one connection after another.");
    this.#spentUntil = spentUntil;
  }
}
