import { readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";

/** The files in a folder of this repository and below it, by their path, less what is installed, built or hidden. */
export function filesOf(folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (/^(node_modules|dist|\..*)$/.test(entry.name)) return [];
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}
