import type { Clock } from "../../util/clock.js";

/**
 * Repeats a check of a connection while it is due. One that fails (statistics are refused, a track is gone) decides
 * nothing: the next one follows.
 */
export class RepeatedCheck {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #isDue: () => boolean;
  readonly #check: () => Promise<void>;
  #stop: (() => void) | undefined;
  #closed = false;

  constructor(clock: Clock, everyMs: number, isDue: () => boolean, check: () => Promise<void>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#isDue = isDue;
    this.#check = check;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** To be called whenever a check may have become due. */
  wake(): void {
    if (this.#closed || this.#stop !== undefined) return;
    try {
      if (!this.#isDue()) return;
    } catch {
      // Asked again by the next check.
    }
    this.#stop = this.#clock.after(this.#everyMs, () => void this.#run());
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
  }

  async #run(): Promise<void> {
    try {
      await this.#check();
    } catch {
      // The next one may succeed.
    }
    this.#stop = undefined;
    this.wake();
  }
}
