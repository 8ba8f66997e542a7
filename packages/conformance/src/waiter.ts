/** Waits until a condition holds. Its owner calls `notify` whenever something has changed. */
export class Waiter {
  readonly #waiting = new Set<() => void>();

  /** Checks every pending condition again. */
  notify(): void {
    for (const check of [...this.#waiting]) check();
  }

  /** Resolves with the first defined value of `find`; with undefined after `timeoutMs`, or once `isOver` is true. */
  async until<Value>(
    find: () => Value | undefined,
    timeoutMs: number,
    isOver: () => boolean = () => false,
  ): Promise<Value | undefined> {
    const now = find();
    if (now !== undefined || isOver()) return now;
    return new Promise((resolve) => {
      const settle = (value: Value | undefined): void => {
        this.#waiting.delete(check);
        clearTimeout(timer);
        resolve(value);
      };
      const check = (): void => {
        const value = find();
        if (value !== undefined || isOver()) settle(value);
      };
      const timer = setTimeout(settle, timeoutMs, undefined);
      this.#waiting.add(check);
    });
  }
}
