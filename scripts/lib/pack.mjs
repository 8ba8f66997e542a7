import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildStale } from "./build.mjs";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";

/** The packages that are published. */
export const packageNames = /** @type {const} */ (["@sig/protocol", "@sig/server", "@sig/client", "sig-conformance"]);

/**
 * Builds what has changed and packs the packages.
 *
 * @param {string} folder Where the tarballs go.
 * @returns {Promise<Record<string, string>>} Package name to the path of its tarball.
 * @throws an Error with the output of the program that failed.
 */
export async function pack(folder) {
  if (!(await buildStale(packageNames))) throw new Error("The packages could not be built.");
  await mkdir(folder, { recursive: true });
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const filters = packageNames.flatMap((name) => ["--filter", name]);
  const pnpm = ["--yes", packageManager, "-r", ...filters, "pack", "--pack-destination", folder];
  const { ok, output } = await run("npx", pnpm);
  if (!ok) throw new Error(`Packing failed:\n${output}`);
  const files = await readdir(folder);
  const fileOf = (/** @type {string} */ name) =>
    files.find((file) => file.startsWith(name.replace("@", "").replace("/", "-"))) ?? "";
  return Object.fromEntries(packageNames.map((name) => [name, join(folder, fileOf(name))]));
}
