import { MemoryRoster, type Clock, type Roster } from "@sig/server";

/** A roster that has to ask others: every method takes its time, reads included. */
export class SlowRoster implements Roster {
  readonly memory: MemoryRoster;
  readonly #delay: () => Promise<void>;

  /** @param delay resolves when the request has arrived; called again before the answer comes back */
  constructor(delay: () => Promise<void>, clock?: Clock) {
    this.memory = new MemoryRoster({ clock });
    this.#delay = delay;
  }

  readonly add: Roster["add"] = (...args) => this.#later(() => this.memory.add(...args));
  readonly update: Roster["update"] = (...args) => this.#later(() => this.memory.update(...args));
  readonly remove: Roster["remove"] = (...args) => this.#later(() => this.memory.remove(...args));
  readonly ban: Roster["ban"] = (...args) => this.#later(() => this.memory.ban(...args));
  readonly find: Roster["find"] = (...args) => this.#later(() => this.memory.find(...args));
  readonly list: Roster["list"] = (...args) => this.#later(() => this.memory.list(...args));
  readonly rooms: Roster["rooms"] = () => this.#later(() => this.memory.rooms());

  async #later<Value>(task: () => Value): Promise<Value> {
    await this.#delay();
    const value = task();
    await this.#delay();
    return value;
  }
}

/** The time of one way to the others, in milliseconds. */
export const delayOf = (ms: () => number) => (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms()));
