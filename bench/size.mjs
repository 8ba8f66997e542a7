import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** The most bytes of gzip that a page with calls may load, without socket.io-client. PeerJS 1.5.5 takes 23,963. */
export const clientLimit = 26_500;

const e2e = fileURLToPath(new URL("../e2e", import.meta.url));

/** The code of a page that joins a room and shows the tracks of its peers. */
const page = `
import { PeerManager } from "@sig/client";
export function call(socket, show) {
  const manager = new PeerManager(socket);
  manager.on("track", show);
  return manager;
}
`;

/**
 * Bundles that page for browsers, minified and tree-shaken, without socket.io-client.
 *
 * @param {{ from?: string, conditions?: string[] }} [where] The folder whose node_modules hold the client, and the
 *   conditions to resolve it by. Without them it is this repository's client, from its sources.
 * @returns {Promise<{ minified: number, gzip: number, parts: { path: string, bytes: number }[] }>} Bytes; the parts are
 *   the minified bytes of each file, the largest first.
 */
export async function measureClient({ from = e2e, conditions = ["@sig/source"] } = {}) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: page, resolveDir: from, loader: "js" },
    bundle: true,
    splitting: true,
    outdir: "out",
    minify: true,
    treeShaking: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions,
    external: ["socket.io-client"],
    legalComments: "none",
    metafile: true,
    write: false,
    absWorkingDir: from,
    logLevel: "silent",
  });
  const loaded = loadedAtOnce(metafile.outputs);
  const contents = outputFiles.filter(({ path }) => loaded.has(relative(from, path).replaceAll("\\", "/")));
  const parts = [...loaded].flatMap((output) =>
    Object.entries(metafile.outputs[output]?.inputs ?? {}).map(([path, { bytesInOutput }]) => ({
      path,
      bytes: bytesInOutput,
    })),
  );
  parts.sort((a, b) => b.bytes - a.bytes);
  const sum = (/** @type {(file: { contents: Uint8Array }) => number} */ of) =>
    contents.reduce((total, file) => total + of(file), 0);
  return {
    minified: sum((file) => file.contents.length),
    gzip: sum((file) => gzipSync(file.contents, { level: 9 }).length),
    parts,
  };
}

/**
 * The outputs that a browser loads before the first line of the page runs, without dynamic imports.
 *
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @returns {Set<string>}
 */
function loadedAtOnce(outputs) {
  const loaded = new Set(
    Object.keys(outputs).filter((path) => outputs[path]?.entryPoint !== undefined && path.endsWith("stdin.js")),
  );
  for (const path of loaded)
    for (const { path: other, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && other in outputs) loaded.add(other);
  return loaded;
}

/** Prints the size of the client, and its largest files. */
export async function run() {
  const { minified, gzip, parts } = await measureClient();
  console.log(`client core     ${kib(minified)} minified, ${kib(gzip)} gzip (at most ${kib(clientLimit)})`);
  const heaviest = parts.filter(({ bytes }) => bytes > 0).slice(0, 8);
  console.table(
    heaviest.map(({ path, bytes }) => ({
      file: path.replace(/^.*node_modules\//, "").replace(/^(\.\.\/)+/, ""),
      "minified bytes": bytes,
    })),
  );
}

/** @param {number} bytes */
function kib(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
