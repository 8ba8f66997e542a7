import type { Browser } from "playwright-core";
import { describe, inject } from "vitest";
import { findFirefox } from "../../../scripts/lib/tools.mjs";
import { ask } from "../../support/answers.js";
import { connect, type Engine } from "./browser.js";

/** The browser engines of the two ends of a call. */
export type Pairing = readonly [Engine, Engine];

type PairingName = "chromium chromium" | "firefox firefox" | "chromium firefox";

const here: Record<Engine, boolean> = { chromium: true, firefox: findFirefox() !== undefined };

/** Each engine with itself, and both together. */
export const everyPairing: readonly PairingName[] = ["chromium chromium", "firefox firefox", "chromium firefox"];

/** Both engines in one call, and in the long tests each with itself as well: for tests that repeat or wait a lot. */
export const usualPairings: readonly PairingName[] =
  process.env.SIG_LONG === undefined ? ["chromium firefox"] : everyPairing;

/** The pairings whose browsers are installed. */
export function pairingsHere(names: readonly PairingName[]): Pairing[] {
  return names.map(enginesOf).filter(isHere);
}

/** One `describe` for each pairing; those whose browser is not installed are skipped. */
export function describePairings(title: string, names: readonly PairingName[], body: (pairing: Pairing) => void): void {
  describeWith(describe, title, names, body);
}

/** The same, and all their tests run concurrently: for tests that wait most of the time. */
export function describePairingsConcurrently(
  title: string,
  names: readonly PairingName[],
  body: (pairing: Pairing) => void,
): void {
  describeWith(describe.concurrent, title, names, body);
}

function describeWith(
  run: typeof describe | typeof describe.concurrent,
  title: string,
  names: readonly PairingName[],
  body: (pairing: Pairing) => void,
): void {
  for (const name of names) {
    const pairing = enginesOf(name);
    (isHere(pairing) ? run : describe.skip)(`${title}, ${name.replace(" ", " with ")}`, () => {
      body(pairing);
    });
  }
}

function enginesOf(name: PairingName): Pairing {
  return name.split(" ") as [Engine, Engine];
}

function isHere(pairing: Pairing): boolean {
  return pairing.every((engine) => here[engine]);
}

/** One browser of each engine; no other running file uses the same one. */
export class Browsers {
  readonly #started = new Map<Engine, Promise<Browser>>();

  get(engine: Engine): Promise<Browser> {
    const started = this.#started.get(engine) ?? connected(engine);
    this.#started.set(engine, started);
    return started;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#started.values()].map(async (browser) => (await browser).close()));
    this.#started.clear();
  }
}

async function connected(engine: Engine): Promise<Browser> {
  const address = await ask({ url: inject("browsers") }, `${engine}/${process.env.VITEST_POOL_ID ?? ""}`);
  return connect(engine, address);
}
