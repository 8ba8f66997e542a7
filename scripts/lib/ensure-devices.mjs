import { installDebianPackages, isRootOnDebian } from "./debian.mjs";
import { cTools, pythonTools } from "./find-device-tools.mjs";
import { elapsed, say } from "./say.mjs";

/**
 * Gets what the devices of the examples are built of, where root may install Debian's packages. Elsewhere the tests go on
 * without: those of a device that cannot be built are skipped, and a line says so.
 *
 * @returns {Promise<boolean>} False when the installation failed; what went wrong has been printed.
 */
export async function ensureDevices() {
  const missing = [pythonTools, cTools].filter(({ isHere }) => !isHere());
  if (missing.length === 0) return true;
  if (!isRootOnDebian()) {
    for (const { device, packages } of missing)
      say(`SKIPPED: the tests of ${device} are left out. They need what Debian calls ${packages.join(", ")}.`);
    return true;
  }
  const since = performance.now();
  const { ok, output } = await installDebianPackages(missing.flatMap(({ packages }) => packages));
  const absent = missing.filter(({ isHere }) => !isHere()).map(({ device }) => device);
  if (ok && absent.length === 0) {
    say(`Got what the devices need in ${elapsed(since)}.`);
    return true;
  }
  say(`${output.trimEnd()}\nWhat ${absent.join(" and ")} need could not be installed; what apt-get said is above.`);
  return false;
}
