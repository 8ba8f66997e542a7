import type { Clock } from "../util/clock.js";

interface Timer {
  readonly at: number;
  readonly order: number;
  /** Absent once it ran or was cancelled. */
  run: (() => void) | undefined;
}

type Schedule = (run: () => void) => unknown;

/** Taken when this is loaded: a test runner that fakes the timers later does not stop this clock. */
const nextTurn: Schedule = schedule();

/**
 * Virtual time: it stands still until it is told to go on, and then runs what is due in the order of the moments.
 * Between two timers everything settles that waits for nothing but promises. No global is replaced.
 */
export class FakeClock implements Clock {
  #now = 0;
  #given = 0;
  #ran = 0;
  #pending = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #heap: Timer[] = [];

  /** How many timers wait. */
  get pending(): number {
    return this.#pending;
  }

  /** How many timers have run so far. */
  get ran(): number {
    return this.#ran;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#now + (ms > 0 ? ms : 0), order: this.#given++, run };
    push(this.#heap, timer);
    this.#pending++;
    return () => {
      if (timer.run === undefined) return;
      timer.run = undefined;
      this.#pending--;
    };
  }

  /** Lets this many milliseconds pass. Rejects with what a timer throws; the time is then that of the timer. */
  advance(ms: number): Promise<void> {
    return this.#inTurn(async () => {
      const end = this.#now + ms;
      await settled();
      while (this.#next(end)) await settled();
      this.#now = end;
    });
  }

  /**
   * Lets time pass until `promise` settles, and settles with it. Rejects when no timer is left that could bring that
   * about, or when it takes longer than `withinMs` (default 60 000).
   */
  settle<Value>(promise: Promise<Value>, { withinMs = 60_000 }: { withinMs?: number } = {}): Promise<Value> {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    promise.then(finish, finish);
    return this.#inTurn(async () => {
      const end = this.#now + withinMs;
      await settled();
      while (!done) {
        const isFinite = Number.isFinite(this.#nextAt);
        if (!this.#next(end))
          throw new Error(isFinite ? `Not settled within ${String(withinMs)} ms.` : "Nothing is left to wait for.");
        await settled();
      }
      return promise;
    });
  }

  /** Lets time pass until no timer is left, for at most `withinMs` (default 600 000). False when some are left then. */
  runOut({ withinMs = 600_000 }: { withinMs?: number } = {}): Promise<boolean> {
    return this.#inTurn(async () => {
      const end = this.#now + withinMs;
      await settled();
      while (this.#next(end)) await settled();
      return this.#pending === 0;
    });
  }

  get #nextAt(): number {
    const heap = this.#heap;
    while (heap[0] !== undefined && heap[0].run === undefined) pop(heap);
    return heap[0]?.at ?? Infinity;
  }

  /** Runs the next timer, if it is due by then. */
  #next(end: number): boolean {
    const at = this.#nextAt;
    if (!(at <= end && at < Infinity)) return false;
    const timer = pop(this.#heap);
    const run = timer?.run;
    if (timer === undefined || run === undefined) return false;
    timer.run = undefined;
    this.#pending--;
    this.#ran++;
    this.#now = timer.at;
    run();
    return true;
  }

  #inTurn<Value>(run: () => Promise<Value>): Promise<Value> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** Resolves when nothing is left that only waits for promises. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    nextTurn(resolve);
  });
}

function schedule(): Schedule {
  const { setImmediate } = globalThis as { setImmediate?: Schedule };
  if (setImmediate !== undefined) return setImmediate;
  return (run) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      run();
    };
    port2.postMessage(undefined);
  };
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.push(timer) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(timer, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
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

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
