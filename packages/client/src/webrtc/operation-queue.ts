import { PendingCalls } from "./pending-calls.js";

/**
 * Runs everything that changes one RTCPeerConnection one operation after another, so that none meets another half done.
 */
export class OperationQueue {
  readonly #pending = new PendingCalls();
  #tail: Promise<unknown> = Promise.resolve();
  closed = false;

  /** Resolves once the operation is done, or the queue is closed. Rejects with the operation's error. */
  run(operation: () => Promise<void> | void): Promise<void> {
    const done = this.#tail.then(() => (this.closed ? undefined : operation()));
    this.#tail = done.catch(() => undefined);
    return this.#pending.settled(done);
  }

  /** Drops what has not begun. */
  close(): void {
    this.closed = true;
    this.#pending.close();
  }
}
