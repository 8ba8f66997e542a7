/** Runs tasks one after another. Once closed it starts none: what was waiting is dropped. */
export class SerialQueue {
  #tail: Promise<void> = Promise.resolve();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  /** Tasks handle their own errors; one that rejects all the same does not hold up the next. */
  push(task: () => Promise<void>): void {
    this.#tail = this.#tail.then(() => (this.#closed ? undefined : task())).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
  }
}
