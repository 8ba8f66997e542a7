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
export async function installDebianPackage(name) {
  say(`Installing Debian's package \`${name}\` with apt-get.`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  updated ??= run("apt-get", ["update"], { env });
  const lists = await updated;
  return lists.ok ? run("apt-get", ["install", "-y", name], { env }) : lists;
}
