import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";

/** Debian's Chromium without windows: the same engine, and a page in it costs a fifth. */
export const shell = "chromium-headless-shell";

const names = [shell, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const wellKnown = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * Looks for a Chromium or Chrome: where CHROMIUM_PATH says, on the PATH, where macOS has it, and among Playwright's own downloads.
 *
 * @param {Record<string, string | undefined>} [env]
 * @returns {string | undefined} The path of its program.
 * @throws an Error when CHROMIUM_PATH names a file that does not exist.
 */
export function findChromium(env = process.env) {
  const { CHROMIUM_PATH: chosen, PATH: path = "" } = env;
  if (chosen !== undefined && chosen !== "") {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, and there is no such file.`);
    return chosen;
  }
  const onPath = path
    .split(delimiter)
    .flatMap((folder) => (folder === "" ? [] : names.map((name) => join(folder, name))));
  return [...onPath, ...wellKnown].find((file) => existsSync(file)) ?? downloaded();
}

/** @returns {string | undefined} */
function downloaded() {
  try {
    const { chromium } = createRequire(import.meta.url)("playwright-core");
    const file = chromium.executablePath();
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
