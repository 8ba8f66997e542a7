import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../../../scripts/lib/paths.mjs";
import { PeerProgram } from "./program.js";

const example = join(root, "examples/node-peer");

/** The example peer in Node, bundled from the current sources. */
export class NodePeers {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async build(): Promise<NodePeers> {
    // Below the example, so that its packages resolve.
    const folder = await mkdtemp(join(example, "node_modules/.e2e-"));
    await build({
      entryPoints: [join(example, "src/main.ts")],
      outfile: join(folder, "main.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      conditions: ["@sig/source"],
      external: ["socket.io-client", "werift"],
    });
    return new NodePeers(folder);
  }

  start(url: string, room: string, ...options: readonly string[]): PeerProgram {
    return new PeerProgram(process.execPath, [
      join(this.#folder, "main.mjs"),
      url,
      room,
      "--video",
      join(example, "sample/moving-bar.ivf"),
      ...options,
    ]);
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true });
  }
}
