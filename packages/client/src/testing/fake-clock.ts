import type { Clock } from "../util/clock.js";
import { TimeQueue } from "./time-queue.js";

interface Timer {
  readonly at: number;
  /** Absent after it ran or was canceled. */
  run: (() => void) | undefined;
}

type Schedule = (run: () => void) => unknown;

/** Captured at import: a test runner that fakes timers later does not stop this clock. */
const nextTask: Schedule = createSchedule();

/**
 * A clock with virtual time, for the option `clock` of `PeerManager` and of the fakes. Time stands still until
 * `advance`, `settle` or `runOut` is called; then timers run in order of time. Between two timers all promises settle
 * that wait for no timer. It replaces no global: `setTimeout` and `Date` are real. Loading a module takes real
 * time: see `waitFor`.
 */
export class FakeClock implements Clock {
  #now = 0;
  #ran = 0;
  #pending = 0;
  #last: Promise<unknown> = Promise.resolve();
  readonly #timers = new TimeQueue<Timer>();

  /** The number of timers that have not run. */
  get pending(): number {
    return this.#pending;
  }

  /** The number of timers that have run. */
  get ran(): number {
    return this.#ran;
  }

  /** The virtual time in milliseconds, from 0. */
  now(): number {
    return this.#now;
  }

  /** Runs a function after `ms` milliseconds of virtual time. Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#now + (ms > 0 ? ms : 0), run };
    this.#timers.push(timer);
    this.#pending++;
    return () => {
      if (timer.run === undefined) return;
      timer.run = undefined;
      this.#pending--;
    };
  }

  /** Advances the time by `ms` milliseconds. If a timer throws, it rejects with that error and stops at its time. */
  advance(ms: number): Promise<void> {
    return this.#serially(async () => {
      const end = this.#now + ms;
      await settled();
      while (this.#next(end)) await settled();
      this.#now = end;
    });
  }

  /**
   * Advances the time until `promise` settles, and returns its result. Rejects if no timer is left, or after `withinMs`
   * milliseconds of virtual time (default 60 000).
   */
  settle<Value>(promise: Promise<Value>, { withinMs = 60_000 }: { withinMs?: number } = {}): Promise<Value> {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    promise.then(finish, finish);
    return this.#serially(async () => {
      const end = this.#now + withinMs;
      await settled();
      while (!done) {
        const isFinite = Number.isFinite(this.#nextAt);
        if (!this.#next(end))
          throw new Error(
            isFinite
              ? `Not settled within ${String(withinMs)} ms.`
              : "The promise is pending, and no timer is left that could settle it.",
          );
        await settled();
      }
      return promise;
    });
  }

  /**
   * Advances the time until no timer is left, at most by `withinMs` (default 600 000). Returns false if some are left.
   */
  runOut({ withinMs = 600_000 }: { withinMs?: number } = {}): Promise<boolean> {
    return this.#serially(async () => {
      const end = this.#now + withinMs;
      await settled();
      while (this.#next(end)) await settled();
      return this.#pending === 0;
    });
  }

  /**
   * Lets `advance`, `settle` and `runOut` wait from now on until `promise` settles or fails: that of a module that is
   * loaded, for example. A `FakeNetwork` does it for the parts of the client that load later.
   */
  waitFor(promise: Promise<unknown>): void {
    const done = promise.catch(() => undefined);
    void this.#serially(() => done);
  }

  get #nextAt(): number {
    const timers = this.#timers;
    while (timers.first !== undefined && timers.first.run === undefined) timers.pop();
    return timers.first?.at ?? Infinity;
  }

  /** Runs the next timer if it is due by `end`. */
  #next(end: number): boolean {
    const at = this.#nextAt;
    if (!(at <= end && at < Infinity)) return false;
    const timer = this.#timers.pop();
    const run = timer?.run;
    if (timer === undefined || run === undefined) return false;
    timer.run = undefined;
    this.#pending--;
    this.#ran++;
    this.#now = timer.at;
    run();
    return true;
  }

  #serially<Value>(run: () => Promise<Value>): Promise<Value> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Resolves when all promises have settled that wait for no timer. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    nextTask(resolve);
  });
}

function createSchedule(): Schedule {
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
