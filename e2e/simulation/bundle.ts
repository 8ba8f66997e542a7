import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** One line of the product, and what stands in its place. */
export interface ChangedLine {
  /** Below `packages`. */
  readonly file: string;
  /** A part of one line that the file has once. */
  readonly line: string;
  readonly by: string;
}

/** The simulation as a program of its own, with the product in it. */
export class BundledSimulation {
  readonly #folder: string;
  readonly #file: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, "program.cjs");
  }

  static async build(changed?: ChangedLine): Promise<BundledSimulation> {
    const bundle = new BundledSimulation(await mkdtemp(join(tmpdir(), "sig-simulation-")));
    await build({
      entryPoints: [fileURLToPath(new URL("program.ts", import.meta.url))],
      outfile: bundle.#file,
      bundle: true,
      platform: "node",
      format: "cjs",
      conditions: ["@sig/source"],
      plugins: changed === undefined ? [] : [change(changed)],
      logLevel: "silent",
    });
    return bundle;
  }

  /**
   * Runs the program to its end.
   * @returns what it has written
   * @throws Error if it fails, or takes longer than `timeoutMs`
   */
  async run(args: readonly string[], timeoutMs: number): Promise<string> {
    const child = spawn(process.execPath, ["--max-semi-space-size=64", this.#file, ...args], { timeout: timeoutMs });
    let written = "";
    let failure = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (written += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (failure += text));
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`The simulation ended with ${String(code)}. ${failure}`);
    return written;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function change({ file, line, by }: ChangedLine): Plugin {
  const path = join(packages, file);
  return {
    name: "changed-line",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async (loaded) => {
        if (loaded.path !== path) return undefined;
        const source = await readFile(path, "utf8");
        return { contents: changeLine(source, { file, line, by }), loader: "ts" };
      });
    },
  };
}

/** @throws Error unless the line is in the source once */
export function changeLine(source: string, { file, line, by }: ChangedLine): string {
  const parts = source.split(line);
  if (parts.length !== 2) throw new Error(`${file} has the line "${line}" ${String(parts.length - 1)} times.`);
  return parts.join(by);
}
