import type { FakeClock } from "@sig/client/testing";

/** The moment at which every run starts, in milliseconds since 1970. */
export const startedAtMs = 1_750_000_000_000;

/**
 * A process: one node of the server, or one page. Everything that makes it run goes through `enter`: timers, messages,
 * replies. While it is frozen that waits; once it has ended that is dropped.
 */
export class SimulatedProcess {
  readonly #clock: FakeClock;
  #state: "running" | "frozen" | "ended" = "running";
  #waiting: (() => void)[] = [];
  #timers = 0;
  #wasFrozen = false;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  get isFrozen(): boolean {
    return this.#state === "frozen";
  }

  /** Whether it was ever frozen. */
  get wasFrozen(): boolean {
    return this.#wasFrozen;
  }

  get hasEnded(): boolean {
    return this.#state === "ended";
  }

  /** The number of timers that have neither run nor been canceled. */
  get timers(): number {
    return this.#timers;
  }

  now(): number {
    return this.#clock.now();
  }

  epochMs(): number {
    return startedAtMs + Math.floor(this.#clock.now());
  }

  after(ms: number, run: () => void): () => void {
    let isDone = false;
    const done = (): boolean => {
      if (isDone) return false;
      isDone = true;
      this.#timers--;
      return true;
    };
    this.#timers++;
    const cancel = this.#clock.after(ms, () => {
      this.enter(() => {
        if (done()) run();
      });
    });
    return () => {
      if (done()) cancel();
    };
  }

  enter(run: () => void): void {
    if (this.#state === "running") run();
    else if (this.#state === "frozen") this.#waiting.push(run);
  }

  freeze(): void {
    if (this.#state !== "running") return;
    this.#state = "frozen";
    this.#wasFrozen = true;
  }

  /** What has waited happens now, each in a task of its own. */
  thaw(): void {
    if (this.#state !== "frozen") return;
    this.#state = "running";
    for (const run of this.#waiting.splice(0)) this.#clock.after(0, () => this.enter(run));
  }

  end(): void {
    this.#state = "ended";
    this.#waiting = [];
  }
}
