import type { Browser } from "playwright-core";
import { describe } from "vitest";
import { findFirefox } from "../../../scripts/lib/find-firefox.mjs";
import { launch, type Engine } from "./browser.js";

/** The engines of the two people of a call. */
export type Pairing = readonly [Engine, Engine];

const pairings: readonly Pairing[] = [
  ["chromium", "chromium"],
  ["firefox", "firefox"],
  ["chromium", "firefox"],
];

const here: Record<Engine, boolean> = { chromium: true, firefox: findFirefox() !== undefined };

/** One `describe` for each pairing, all of them at the same time; those for which a browser is missing are skipped. */
export function describeEachPairing(title: string, body: (pairing: Pairing) => void): void {
  for (const pairing of pairings) {
    const run = pairing.every((engine) => here[engine]) ? describe.concurrent : describe.skip;
    run(`${title}, ${pairing.join(" with ")}`, () => {
      body(pairing);
    });
  }
}

/** One browser of each engine, started when it is first asked for. */
export class Browsers {
  readonly #started = new Map<Engine, Promise<Browser>>();

  get(engine: Engine): Promise<Browser> {
    const started = this.#started.get(engine) ?? launch({ browser: engine });
    this.#started.set(engine, started);
    return started;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#started.values()].map(async (browser) => (await browser).close()));
    this.#started.clear();
  }
}
