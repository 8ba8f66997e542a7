import type { Environment } from "./environment.js";

/** The network between one client and the cluster. */
export class Link {
  /** Added to each way, until it ends. */
  delayMs = 0;
  /** The probability that a relayed message arrives twice. */
  duplicateRate = 0;
  isCut = false;
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get latencyMs(): readonly [number, number] {
    const [least, most] = this.#environment.setup.latencyMs;
    return [least + this.delayMs, most + this.delayMs];
  }

  duplicates(): boolean {
    return this.#environment.random.chance(this.duplicateRate);
  }
}
