/**
 * Runs everything that changes one RTCPeerConnection one operation after another, so that none meets another half done.
 */
export class OperationQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  /**
   * Resolves once the operation is done, or dropped because the queue was closed. Rejects with the operation's error.
   */
  run(operation: () => Promise<void> | void): Promise<void> {
    const done = this.#tail.then(() => (this.#closed ? undefined : operation()));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Drops what has not begun. */
  close(): void {
    this.#closed = true;
  }
}
