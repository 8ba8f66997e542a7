import { TimeQueue } from "../../src/testing/time-queue.js";

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** Virtual time: tasks run in order of time, and those of the same time in the order they were added. */
export class SimulatedClock {
  #now = 0;
  #ran = 0;
  readonly #tasks = new TimeQueue<Task>();

  get now(): number {
    return this.#now;
  }

  /** How many tasks have run. */
  get ran(): number {
    return this.#ran;
  }

  after(delay: number, run: () => void): void {
    this.at(this.#now + delay, run);
  }

  at(moment: number, run: () => void): void {
    this.#tasks.push({ at: moment, run });
  }

  /** Runs until no task is left. Returns false after more than `atMost` tasks. */
  runOut(atMost: number): boolean {
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) {
      if (this.#ran++ >= atMost) return false;
      this.#now = task.at;
      task.run();
    }
    return true;
  }
}
