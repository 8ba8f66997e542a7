import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { root } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/run.mjs";

/**
 * Makes the files in `fixtures` anew: the server with its roster in Redis, and the client, as of a commit. Its argument
 * is that commit.
 */
const [, , commit = ""] = process.argv;
const sources = await mkdtemp(join(tmpdir(), "sig-earlier-"));

try {
  const archive = join(sources, "sources.tar");
  const paths = ["tsconfig.base.json", ...["protocol", "server", "client"].map((name) => `packages/${name}`)];
  for (const [command, ...args] of [
    ["git", "archive", "--output", archive, commit, ...paths],
    ["tar", "-xf", archive, "-C", sources],
  ]) {
    const { ok, output } = await run(command ?? "", args);
    if (!ok) throw new Error(output);
  }
  await bundle("server", `export * from "@sig/server"; export * from "@sig/server/redis";`);
  await bundle("client", `export * from "@sig/client";`);
} finally {
  await rm(sources, { recursive: true, force: true });
}

/**
 * @param {string} name
 * @param {string} contents
 */
async function bundle(name, contents) {
  const source = (/** @type {string} */ path) => join(sources, "packages", ...path.split("/"));
  await build({
    stdin: { contents, resolveDir: sources },
    outfile: fileURLToPath(new URL(`fixtures/${name}.mjs`, import.meta.url)),
    bundle: true,
    minify: true,
    platform: "neutral",
    format: "esm",
    target: "es2022",
    alias: {
      "@sig/protocol": source("protocol/src/index.ts"),
      "@sig/protocol/page": source("protocol/src/page.ts"),
      "@sig/server": source("server/src/index.ts"),
      "@sig/server/redis": source("server/src/redis/index.ts"),
      "@sig/client": source("client/src/index.ts"),
    },
    // Its only other dependency.
    nodePaths: [join(root, "packages", "protocol", "node_modules")],
    external: ["node:*"],
  });
}
