import { basename } from "node:path";
import { installDebianPackage, isRootOnDebian } from "./debian.mjs";
import { findChromium, shell } from "./find-chromium.mjs";
import { runTool } from "./run.mjs";
import { elapsed, say } from "./say.mjs";

/**
 * Gets a Chromium for the browser tests: as root on Debian the one without windows, beside another that there may be;
 * elsewhere, and only where there is none, Playwright's own download.
 *
 * @returns {Promise<boolean>} Whether there is one now; what went wrong has been printed.
 */
export async function ensureChromium() {
  const onDebian = isRootOnDebian();
  try {
    const found = findChromium();
    const isChosen = (process.env.CHROMIUM_PATH ?? "") !== "";
    if (found !== undefined && (!onDebian || isChosen || basename(found) === shell)) return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return false;
  }
  const since = performance.now();
  for (const get of onDebian
    ? [() => installDebianPackage(shell), () => installDebianPackage("chromium"), fromPlaywright]
    : [fromPlaywright]) {
    const { ok, output } = await get();
    if (!ok) say(output.trimEnd());
    const found = findChromium();
    if (found === undefined) continue;
    say(`${ok ? "Got" : "Going on with"} ${found} after ${elapsed(since)}.`);
    return true;
  }
  say("There is no Chromium for the browser tests. Install one, or name one by CHROMIUM_PATH.");
  return false;
}

function fromPlaywright() {
  say("No Chromium found: downloading Playwright's with `playwright-core install chromium`.");
  return runTool("playwright-core/cli.js", ["install", "chromium"]);
}
