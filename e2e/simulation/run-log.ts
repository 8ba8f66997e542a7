import type { FakeClock } from "@sig/client/testing";

/** What happens in a run, line by line. Lines are kept only where somebody reads them. */
export class RunLog {
  readonly lines: string[] = [];
  /** How many events there were, kept or not. */
  events = 0;
  readonly #clock: FakeClock;
  readonly #isKept: boolean;

  constructor(clock: FakeClock, isKept: boolean) {
    this.#clock = clock;
    this.#isKept = isKept;
  }

  note(source: string, what: () => string): void {
    this.events++;
    if (this.#isKept) this.lines.push(`${this.#clock.now().toFixed(3)} ${source}: ${what()}`);
  }
}
