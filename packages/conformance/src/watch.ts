/** Waits for what becomes so when something is heard: whoever hears says so by `look`. */
export class Watch {
  readonly #waiting = new Set<() => void>();

  /** Looks again for all that is waited for. */
  look(): void {
    for (const again of [...this.#waiting]) again();
  }

  /** What `find` gives, as soon as it gives anything; undefined where that takes longer, or `isOver` says that nothing more can come. */
  async until<Value>(
    find: () => Value | undefined,
    patienceMs: number,
    isOver: () => boolean = () => false,
  ): Promise<Value | undefined> {
    const now = find();
    if (now !== undefined || isOver()) return now;
    return new Promise((resolve) => {
      const settle = (value: Value | undefined): void => {
        this.#waiting.delete(again);
        clearTimeout(timer);
        resolve(value);
      };
      const again = (): void => {
        const value = find();
        if (value !== undefined || isOver()) settle(value);
      };
      const timer = setTimeout(settle, patienceMs, undefined);
      this.#waiting.add(again);
    });
  }
}
