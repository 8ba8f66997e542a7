import type { Settings } from "../options.js";
import { backoff } from "./backoff.js";

/** Repeats a join after an outage, with growing waits (docs/recovery.md). */
export class Rejoin {
  readonly #settings: Pick<Settings, "recovery" | "clock">;
  #attempts = 0;
  #stopTimer: (() => void) | undefined;

  constructor(settings: Pick<Settings, "recovery" | "clock">) {
    this.#settings = settings;
  }

  /** Calls `join` after the next wait. */
  schedule(join: () => void): void {
    this.cancel();
    this.#stopTimer = this.#settings.clock.after(backoff(this.#attempts++, this.#settings.recovery), join);
  }

  /** Ends the wait. */
  cancel(): void {
    this.#stopTimer?.();
  }

  /** The server has let us in: the next outage begins with the shortest wait. */
  succeeded(): void {
    this.cancel();
    this.#attempts = 0;
  }
}
