import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const e2e = fileURLToPath(new URL("../e2e", import.meta.url));

/**
 * Bundles a program for a process of its own, as a package of `e2e` that uses the sources.
 *
 * @param {string} contents
 * @param {string} outfile
 */
export async function bundleProgram(contents, outfile) {
  await build({
    stdin: { contents, resolveDir: e2e, loader: "js" },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    conditions: ["@sig/source"],
    external: ["bufferutil", "utf-8-validate"],
    absWorkingDir: e2e,
    logLevel: "silent",
  });
}
