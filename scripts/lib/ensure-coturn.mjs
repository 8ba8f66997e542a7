import { installDebianPackage, isRootOnDebian } from "./debian.mjs";
import { findCoturn } from "./find-coturn.mjs";
import { elapsed, say } from "./say.mjs";

/**
 * Gets coturn for the tests of relayed calls where there is none and root may install Debian's package. Elsewhere the
 * tests go on without: those that need one are skipped, and a line says so.
 *
 * @returns {Promise<boolean>} False when TURNSERVER_PATH leads nowhere, or the installation failed; what went wrong has been printed.
 */
export async function ensureCoturn() {
  try {
    if (findCoturn() !== undefined) return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return false;
  }
  if (!isRootOnDebian()) {
    say(
      "SKIPPED: there is no coturn here, so the tests of relayed calls are left out. Install one, or name one by TURNSERVER_PATH.",
    );
    return true;
  }
  const since = performance.now();
  const { ok, output } = await installDebianPackage("coturn");
  const found = findCoturn();
  if (ok && found !== undefined) say(`Got ${found} in ${elapsed(since)}.`);
  else say(`${output.trimEnd()}\ncoturn could not be installed; what apt-get said is above.`);
  return ok && found !== undefined;
}
