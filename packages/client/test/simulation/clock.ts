interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: tasks run in order of time, and those of the same time in the order they were added. */
export class SimulatedClock {
  #now = 0;
  #added = 0;
  #ran = 0;
  readonly #heap: Task[] = [];

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
    this.#push({ at: moment, order: this.#added++, run });
  }

  /** Runs until no task is left. Returns false after more than `atMost` tasks. */
  runOut(atMost: number): boolean {
    for (let task = this.#pop(); task !== undefined; task = this.#pop()) {
      if (this.#ran++ >= atMost) return false;
      this.#now = task.at;
      task.run();
    }
    return true;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let index = heap.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(task, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = task;
  }

  #pop(): Task | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || first === last) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      const smaller = right !== undefined && isBefore(right, left) ? right : left;
      if (smaller !== left) child++;
      if (!isBefore(smaller, last)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: Task, other: Task): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
