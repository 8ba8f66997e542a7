/**
 * Runs everything that changes one RTCPeerConnection one operation after another, so that none meets another half done.
 */
export class OperationQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;
  readonly #unsettled = new Set<() => void>();

  /**
   * Resolves once the operation is done, or the queue is closed: browsers never settle a call on a connection that is
   * closed meanwhile. Rejects with the operation's error.
   */
  run(operation: () => Promise<void> | void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#unsettled.add(resolve);
      const done = this.#tail.then(() => (this.#closed ? undefined : operation()));
      this.#tail = done.catch(() => undefined);
      done.finally(() => this.#unsettled.delete(resolve)).then(resolve, reject);
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Drops what has not begun. */
  close(): void {
    this.#closed = true;
    for (const settle of this.#unsettled) settle();
  }
}
