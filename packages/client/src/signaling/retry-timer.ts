import type { Settings } from "../options.js";

/** Waits between attempts, longer after each (docs/recovery.md). */
export class RetryTimer {
  readonly #settings: Pick<Settings, "recovery" | "clock">;
  #attempts = 0;
  #stop: (() => void) | undefined;

  constructor(settings: Pick<Settings, "recovery" | "clock">) {
    this.#settings = settings;
  }

  /**
   * Calls `retry` after the next wait, and `addedMs` more. Full jitter: the wait is random below a bound that doubles,
   * so that a thousand clients do not return at once.
   */
  schedule(retry: () => void, addedMs = 0): void {
    const { rejoinDelayMs, rejoinMaxDelayMs } = this.#settings.recovery;
    const bound = Math.min(rejoinMaxDelayMs, rejoinDelayMs * 2 ** Math.min(this.#attempts++, 30));
    this.after(addedMs + Math.random() * bound, retry);
  }

  /** Calls `run` after `ms` instead of what was to be called. */
  after(ms: number, run: () => void): void {
    this.cancel();
    this.#stop = this.#settings.clock.after(ms, run);
  }

  /** Ends the wait. */
  cancel(): void {
    this.#stop?.();
  }

  /** An attempt has succeeded: the next outage begins with the shortest wait. */
  succeeded(): void {
    this.cancel();
    this.#attempts = 0;
  }
}
