import { createJiti } from "jiti";
import { findChromium } from "../../scripts/lib/find-chromium.mjs";

const samples = 20;

/** How long pictures are away when the path between two people is cut and another one is there. */
export async function run() {
  if (findChromium() === undefined) {
    console.log("No Chromium was found (CHROMIUM_PATH names one): not measured.");
    return;
  }
  /** @type {typeof import("./measure.js")} */
  const { measureCuts } = await createJiti(import.meta.url).import("./measure.ts");
  const { told, silent } = await measureCuts(Number(process.env.SIG_ROUNDS ?? samples));
  console.table([row("the page is told that the network is another", told), row("nobody is told", silent)]);
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
