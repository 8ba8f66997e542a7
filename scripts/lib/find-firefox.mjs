import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["firefox-esr", "firefox"];
const wellKnown = ["/Applications/Firefox.app/Contents/MacOS/firefox"];

/**
 * Looks for a Firefox: where FIREFOX_PATH says, on the PATH, and where macOS has it. Playwright's own build is not looked
 * for: the tests drive the Firefox that people have.
 *
 * @param {Record<string, string | undefined>} [env]
 * @returns {string | undefined} The path of its program.
 * @throws an Error when FIREFOX_PATH names a file that does not exist.
 */
export function findFirefox(env = process.env) {
  const { FIREFOX_PATH: chosen, PATH: path = "" } = env;
  if (chosen !== undefined && chosen !== "") {
    if (!existsSync(chosen)) throw new Error(`FIREFOX_PATH names ${chosen}, and there is no such file.`);
    return chosen;
  }
  const onPath = path
    .split(delimiter)
    .flatMap((folder) => (folder === "" ? [] : names.map((name) => join(folder, name))));
  return [...onPath, ...wellKnown].find((file) => existsSync(file));
}
