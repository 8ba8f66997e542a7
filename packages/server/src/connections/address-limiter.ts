import { type Clock } from "../clock.js";
import { LatestEntries } from "../latest-entries.js";

/** Addresses that are remembered while they have no connection: about a megabyte. */
const maxIdleAddresses = 10_000;

interface Count {
  open: number;
  /** New connections, less those that time has forgotten. */
  spent: number;
  spentAt: number;
}

/** Counts the connections of each address. Its memory is bounded by the open connections and `maxIdleAddresses`. */
export class AddressLimiter {
  readonly #perAddress: number;
  readonly #perSecond: number | undefined;
  readonly #clock: Clock;
  readonly #open = new Map<string, Count>();
  /** Addresses without a connection whose allowance is not restored yet. */
  readonly #idle = new LatestEntries<Count>(maxIdleAddresses);
  #connections = 0;

  /** @param perSecond new connections of one address; `undefined` sets no bound */
  constructor(perAddress: number, perSecond: number | undefined, clock: Clock) {
    this.#perAddress = perAddress;
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections;
  }

  /** How many addresses are remembered. */
  get addresses(): number {
    return this.#open.size + this.#idle.size;
  }

  /** Counts a connection, unless its address has too many. Rejected ones cost nothing: who waits is let in again. */
  take(address: string): boolean {
    const count = this.#count(address);
    const isAllowed = count.open < this.#perAddress && count.spent + 1 <= this.#perAddress;
    if (isAllowed) this.#add(address, count);
    return isAllowed;
  }

  /** Counts a connection that exists, whatever the limit says. */
  add(address: string): void {
    this.#add(address, this.#count(address));
  }

  /** A connection that was counted has ended. */
  release(address: string): void {
    const count = this.#open.get(address);
    if (count === undefined) return;
    this.#connections -= 1;
    count.open -= 1;
    if (count.open > 0) return;
    this.#open.delete(address);
    this.#idle.set(address, count);
    for (const [oldest, idle] of this.#idle) {
      this.#restore(idle);
      if (idle.spent > 0) break;
      this.#idle.delete(oldest);
    }
  }

  #count(address: string): Count {
    const count = this.#open.get(address) ?? this.#idle.get(address) ?? { open: 0, spent: 0, spentAt: 0 };
    this.#restore(count);
    return count;
  }

  #add(address: string, count: Count): void {
    this.#connections += 1;
    count.open += 1;
    if (this.#perSecond !== undefined) count.spent += 1;
    this.#idle.delete(address);
    this.#open.set(address, count);
  }

  /** Forgets what time has restored. */
  #restore(count: Count): void {
    const now = this.#clock.now();
    count.spent = Math.max(0, count.spent - ((now - count.spentAt) * (this.#perSecond ?? 0)) / 1000);
    count.spentAt = now;
  }
}
