import { afterAll, beforeAll } from "vitest";
import { bundleProgram, type BundledProgram } from "../bundle-program.js";
import { Cluster } from "../history/cluster.js";
import type { NodeSettings } from "../history/node-protocol.js";

/** Starts so many nodes in processes of their own. */
export type StartCluster = (nodes: number, options?: Partial<NodeSettings>) => Promise<Cluster>;

/** For the tests of one `describe`: the program of the nodes is bundled once. */
export function withClusters(): StartCluster {
  let program: BundledProgram;
  beforeAll(async () => {
    program = await bundleProgram("history/node-program.ts");
  });
  afterAll(() => program.remove());
  return (nodes, options) => Cluster.start(program.file, nodes, options);
}
