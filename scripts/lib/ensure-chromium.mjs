import { existsSync } from "node:fs";
import { findChromium } from "./find-chromium.mjs";
import { run, runTool } from "./run.mjs";
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
  for (const get of isRootOnDebian() ? [fromDebian, fromPlaywright] : [fromPlaywright]) {
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

function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");
}

async function fromDebian() {
  say("No Chromium found: installing Debian's package `chromium` with apt-get.");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const updated = await run("apt-get", ["update"], { env });
  return updated.ok ? run("apt-get", ["install", "-y", "chromium"], { env }) : updated;
}

function fromPlaywright() {
  say("No Chromium found: downloading Playwright's with `playwright-core install chromium`.");
  return runTool("playwright-core/cli.js", ["install", "chromium"]);
}
