import { fileURLToPath } from "node:url";
import type * as client from "@sig/client";
import { bundleProgram } from "../../../packages/server/test/bundle-program.js";

/** The version before this one, or this one. */
export type Version = "earlier" | "this";

const fixture = (name: string): URL => new URL(`fixtures/${name}.mjs`, import.meta.url);

/** The client of the earlier version. The tests use only what both versions have. */
export async function earlierClient(): Promise<typeof client> {
  return (await import(fixture("client").href)) as typeof client;
}

/** The program of a node, with the server of each version in it. */
export interface NodePrograms extends Readonly<Record<Version, string>> {
  remove(): Promise<void>;
}

export async function bundlePrograms(): Promise<NodePrograms> {
  const server = fileURLToPath(fixture("server"));
  const [earlier, current] = await Promise.all([
    bundleProgram("history/node-program.ts", { "@sig/server/redis": server, "@sig/server": server }),
    bundleProgram("history/node-program.ts"),
  ]);
  return {
    earlier: earlier.file,
    this: current.file,
    async remove() {
      await Promise.all([earlier.remove(), current.remove()]);
    },
  };
}
