/** Calls of a connection. Browsers never settle some of those that were under way when it was closed. */
export class PendingCalls {
  readonly #settle = new Set<() => void>();

  /** The result; undefined if the connection is closed meanwhile. */
  settled<Result>(call: Promise<Result>): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const settle = (): void => resolve(undefined);
      this.#settle.add(settle);
      call.finally(() => this.#settle.delete(settle)).then(resolve, reject);
    });
  }

  /** The connection is closed. */
  close(): void {
    for (const settle of this.#settle) settle();
  }
}
