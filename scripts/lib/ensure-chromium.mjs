import { installDebianPackage, isRootOnDebian } from "./debian.mjs";
import { findChromium } from "./find-chromium.mjs";
import { runTool } from "./run.mjs";
import { elapsed, say } from "./say.mjs";

/**
 * Gets a Chromium for the browser tests where there is none: Debian's package as root, Playwright's own download elsewhere.
 *
 * @returns {Promise<boolean>} Whether there is one now; what went wrong has been printed.
 */
export async function ensureChromium() {
  try {
    if (findChromium() !== undefined) return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return false;
  }
  const since = performance.now();
  for (const get of isRootOnDebian() ? [() => installDebianPackage("chromium"), fromPlaywright] : [fromPlaywright]) {
    const { ok, output } = await get();
    const found = findChromium();
    if (ok && found !== undefined) {
      say(`Got ${found} in ${elapsed(since)}.`);
      return true;
    }
    say(output.trimEnd());
  }
  say("There is no Chromium for the browser tests. Install one, or name one by CHROMIUM_PATH.");
  return false;
}

function fromPlaywright() {
  say("No Chromium found: downloading Playwright's with `playwright-core install chromium`.");
  return runTool("playwright-core/cli.js", ["install", "chromium"]);
}
