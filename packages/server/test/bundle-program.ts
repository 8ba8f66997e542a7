import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A program as one file, in a temporary folder of its own. */
export interface BundledProgram {
  readonly file: string;
  remove(): Promise<void>;
}

/**
 * Bundles a program of this folder, TypeScript or not, for a process of its own.
 *
 * @param alias files that take the place of packages, by the name by which these are imported
 */
export async function bundleProgram(name: string, alias: Record<string, string> = {}): Promise<BundledProgram> {
  const folder = await mkdtemp(join(tmpdir(), "sig-server-test-"));
  const file = join(folder, "program.cjs");
  await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "cjs",
    conditions: ["@sig/source"],
    alias,
    external: ["bufferutil", "utf-8-validate"],
    logLevel: "silent",
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
