import { createJiti } from "jiti";
import { findChromium } from "../../scripts/lib/tools.mjs";

const samples = 20;

/** Measures how long video stops when the path between two people is cut and another one is available. */
export async function run() {
  if (findChromium() === undefined) {
    console.log("Not measured: no Chromium found. Set CHROMIUM_PATH.");
    return;
  }
  /** @type {typeof import("./measure.js")} */
  const { measureCuts } = await createJiti(import.meta.url).import("./measure.ts");
  const { notified, silent } = await measureCuts(Number(process.env.SIG_ROUNDS ?? samples));
  console.table([row("the page gets `online`", notified), row("no page gets an event", silent)]);
}

/**
 * @param {string} what
 * @param {number[]} times
 */
function row(what, times) {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN);
  return { cut: what, "median ms": at(0.5), "p95 ms": at(0.95), cuts: sorted.length };
}
