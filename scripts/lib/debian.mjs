import { existsSync } from "node:fs";
import { run } from "./run.mjs";
import { say } from "./say.mjs";

/** @typedef {import("./run.mjs").Outcome} Outcome */

/** @type {Promise<Outcome> | undefined} */
let updated;

/** Whether packages can be installed here without asking anybody. */
export function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");
}

/**
 * Installs a package of Debian's. The lists of packages are fetched once, whatever the number of packages.
 *
 * @param {string} name
 * @returns {Promise<Outcome>}
 */
export function installDebianPackage(name) {
  return install([name]);
}

/**
 * Installs several at once, with what they cannot do without and nothing more.
 *
 * @param {readonly string[]} names
 * @returns {Promise<Outcome>}
 */
export function installDebianPackages(names) {
  return install(["--no-install-recommends", ...names]);
}

/** @param {readonly string[]} wanted Names, and options of apt-get. @returns {Promise<Outcome>} */
async function install(wanted) {
  const names = wanted.filter((name) => !name.startsWith("-")).map((name) => `\`${name}\``);
  say(`Installing Debian's ${names.length === 1 ? "package" : "packages"} ${names.join(", ")} with apt-get.`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  updated ??= run("apt-get", ["update"], { env });
  const lists = await updated;
  return lists.ok ? run("apt-get", ["install", "-y", ...wanted], { env }) : lists;
}
