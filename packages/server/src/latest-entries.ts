/** A map of bounded size: beyond it the entries go that were set longest ago. */
export class LatestEntries<Value> implements Iterable<[string, Value]> {
  readonly #max: number;
  readonly #entries = new Map<string, Value>();
  /**
   * All that it has passed was removed, and new entries come at the end: the next is always the oldest. An iterator
   * made each time would pass the places of thousands of removed entries again.
   */
  #oldest = this.#entries.keys();

  /** @param max at least 1 */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Makes this entry the latest, whether it is new or not. */
  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    while (this.#entries.size > this.#max) {
      const { value: oldest, done } = this.#oldest.next();
      if (done === true) this.#oldest = this.#entries.keys();
      else this.#entries.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** The oldest first. */
  [Symbol.iterator](): IterableIterator<[string, Value]> {
    return this.#entries[Symbol.iterator]();
  }
}
