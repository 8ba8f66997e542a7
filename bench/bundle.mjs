import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const e2e = fileURLToPath(new URL("../e2e", import.meta.url));

/**
 * Bundles a program for a process of its own, which uses the sources of this repository.
 *
 * @param {string} contents
 * @param {string} outfile
 * @param {string} [folder] of the package whose dependencies it has; default: `e2e`
 */
export async function bundleProgram(contents, outfile, folder = e2e) {
  await build({
    stdin: { contents, resolveDir: folder, loader: "js" },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    conditions: ["@sig/source"],
    external: ["bufferutil", "utf-8-validate"],
    absWorkingDir: folder,
    logLevel: "silent",
  });
}
