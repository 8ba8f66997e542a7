/**
 * Runs the commands of one room one after the other. A command that Redis must first be sent the script of is sent
 * twice, and would otherwise run after a later one.
 */
export class RoomQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  run<Value>(room: string, command: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(room);
    const result = before === undefined ? command() : before.then(command);
    const settled = result.then(ignore, ignore).then(() => {
      if (this.#last.get(room) === settled) this.#last.delete(room);
    });
    this.#last.set(room, settled);
    return result;
  }

  /** Resolves when no command waits: neither now, nor once those who have the last answers have acted on them. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) {
      await Promise.all(this.#last.values());
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function ignore(): void {
  // The caller of `run` has the error.
}
