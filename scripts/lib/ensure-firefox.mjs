import { installDebianPackage, isRootOnDebian } from "./debian.mjs";
import { findFirefox } from "./find-firefox.mjs";
import { elapsed, say } from "./say.mjs";

/**
 * Gets a Firefox for the browser tests where there is none and root may install Debian's package. Elsewhere the tests go
 * on without: those that need one are skipped, and a line says so.
 *
 * @returns {Promise<boolean>} False when FIREFOX_PATH leads nowhere, or the installation failed; what went wrong has been printed.
 */
export async function ensureFirefox() {
  try {
    if (findFirefox() !== undefined) return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return false;
  }
  if (!isRootOnDebian()) {
    say(
      "SKIPPED: there is no Firefox here, so the tests in Firefox are left out. Install one, or name one by FIREFOX_PATH.",
    );
    return true;
  }
  const since = performance.now();
  const { ok, output } = await installDebianPackage("firefox-esr");
  const found = findFirefox();
  if (ok && found !== undefined) say(`Got ${found} in ${elapsed(since)}.`);
  else say(`${output.trimEnd()}\nFirefox could not be installed; what apt-get said is above.`);
  return ok && found !== undefined;
}
