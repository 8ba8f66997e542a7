import { existsSync } from "node:fs";
import { basename } from "node:path";
import { run, runTool } from "./run.mjs";
import { elapsed, say } from "./say.mjs";

/** @typedef {import("./run.mjs").Outcome} Outcome */
/** @typedef {import("./tools.mjs").Tool} Tool */

/** @type {Promise<Outcome> | undefined} */
let updated;

/**
 * The installation before, which locks the database of packages.
 *
 * @type {Promise<Outcome> | undefined}
 */
let installation;

/**
 * Gets a tool if there is none: as root on Debian its packages, elsewhere Playwright's download if it has one. Without
 * both the tests that need the tool are skipped, and a line says so.
 *
 * @param {Tool} tool
 * @returns {Promise<boolean>} False if the tests cannot run: its variable leads nowhere, or it could not be installed.
 */
export async function ensureTool({ name, tests, variable, find, packages, preferred, download }) {
  const isDebian = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  try {
    const found = find();
    const isChosen = variable !== undefined && (process.env[variable] ?? "") !== "";
    if (found !== undefined && (!isDebian || preferred === undefined || isChosen || basename(found) === preferred))
      return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return false;
  }
  const since = performance.now();
  const ways = isDebian ? packages.map((names) => () => installPackages(names)) : [];
  if (download !== undefined) ways.push(() => runTool("playwright-core/cli.js", download));
  for (const get of ways) {
    const { ok, output } = await get();
    if (!ok) say(output.trimEnd());
    const found = find();
    if (found === undefined) continue;
    say(`Using ${found} for ${tests}, after ${elapsed(since)}.`);
    return true;
  }
  const advice = `Install ${name}${variable === undefined ? "" : `, or set ${variable}`}.`;
  const isRequired = isDebian || download !== undefined;
  say(isRequired ? `${name} is missing and could not be installed. ${advice}` : `SKIPPED: ${tests}. ${advice}`);
  return !isRequired;
}

/**
 * The lists of packages are fetched once. Recommended packages are left out: those of a browser, for printers and
 * desktops, take longer than the browser. A fresh machine may be installing its own updates, which lock the database
 * too.
 *
 * @param {readonly string[]} wanted
 * @returns {Promise<Outcome>}
 */
function installPackages(wanted) {
  const apt = (/** @type {string[]} */ ...args) => run("apt-get", args, { env: { DEBIAN_FRONTEND: "noninteractive" } });
  updated ??= apt("update");
  installation = Promise.all([updated, installation]).then(([lists]) => {
    if (!lists.ok) return lists;
    say(`Installing with apt-get: ${wanted.join(", ")}.`);
    return apt("install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", ...wanted);
  });
  return installation;
}
