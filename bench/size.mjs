import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Bytes of gzip, socket.io-client apart. */
export const limits = {
  /** What every page with calls loads before its first line runs. */
  core: 23_000,
  /** The same with everything that is loaded within 10 s after a peer is connected. */
  connected: 28_160,
  /** A page that uses an error class alone, or `preflight` alone before it is called. */
  error: 600,
  preflight: 1500,
  /** `@sig/client/browser`, the one file for a page without a bundler. */
  browser: 30_720,
};

const sources = ["@sig/source"];
const internalNames = JSON.parse(
  readFileSync(new URL("../packages/client/internal-names.json", import.meta.url), "utf8"),
);

const bench = fileURLToPath(new URL(".", import.meta.url));
const e2e = fileURLToPath(new URL("../e2e", import.meta.url));

/** What pages import, and what they do with it. */
export const pages = {
  core: `
import { PeerManager } from "@sig/client";
export function call(socket, show) {
  const manager = new PeerManager(socket);
  manager.on("track", show);
  return manager;
}`,
  error: `
import { SignalingError } from "@sig/client";
export const isOurs = (error) => error instanceof SignalingError;`,
  preflight: `import { preflight } from "@sig/client"; export const check = (socket) => preflight(socket);`,
  /** For comparison. */
  peerjs: `
import { Peer } from "peerjs";
export function call(id, stream, show) {
  const peer = new Peer();
  peer.on("open", () => peer.call(id, stream).on("stream", show));
  return peer;
}`,
};

/** The chunk that the client loads when a peer is connected. */
const whenConnected = /when-connected/;

/**
 * @typedef {{ from?: string, conditions?: string[], page?: string }} Bundled
 *   `from`: the folder whose node_modules hold the client; `conditions` to resolve it by. Without them it is this
 *   repository's client, from its sources.
 */

/**
 * Bundles a page's use of the client for browsers, minified and shaken, with socket.io-client left out.
 *
 * @param {Bundled & Pick<import("esbuild").BuildOptions, "plugins" | "legalComments">} options
 */
export function bundlePage({ from = e2e, conditions = sources, page = pages.core, ...options }) {
  return build({
    // As the build of the client does it.
    ...(conditions === sources && { mangleProps: new RegExp(`^(${internalNames.join("|")})$`) }),
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
    ...options,
  });
}

/**
 * @param {Bundled} [options]
 * @returns {Promise<{ minified: number, gzip: number, connected: number, parts: { path: string, bytes: number }[] }>}
 *   Bytes; `connected` is the gzip of what is loaded once a peer is connected; `parts` are the minified bytes of each
 *   file that is loaded at once, the largest first.
 */
export async function measureClient({ from = e2e, ...options } = {}) {
  const { outputFiles, metafile } = await bundlePage({ from, ...options });
  const paths = Object.keys(metafile.outputs);
  const entries = paths.filter((path) => metafile.outputs[path]?.entryPoint !== undefined && path.endsWith("stdin.js"));
  const atOnce = withImports(metafile.outputs, entries);
  const later = withImports(metafile.outputs, [...entries, ...paths.filter((path) => whenConnected.test(path))]);
  const gzip = (/** @type {Set<string>} */ loaded) =>
    outputFiles
      .filter(({ path }) => loaded.has(relative(from, path).replaceAll("\\", "/")))
      .reduce((total, { contents }) => total + gzipSync(contents, { level: 9 }).length, 0);
  const parts = [...atOnce].flatMap((output) =>
    Object.entries(metafile.outputs[output]?.inputs ?? {}).map(([path, { bytesInOutput }]) => ({
      path,
      bytes: bytesInOutput,
    })),
  );
  parts.sort((a, b) => b.bytes - a.bytes);
  const minified = [...atOnce].reduce((total, path) => total + (metafile.outputs[path]?.bytes ?? 0), 0);
  return { minified, gzip: gzip(atOnce), connected: gzip(later), parts };
}

/**
 * Chunks, and what they import statically.
 *
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {readonly string[]} entries
 * @returns {Set<string>}
 */
function withImports(outputs, entries) {
  const loaded = new Set(entries);
  for (const path of loaded)
    for (const { path: other, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && other in outputs) loaded.add(other);
  return loaded;
}

/**
 * @param {string} [file] Default: the one that the last build made.
 * @returns {number | undefined} Bytes of gzip of the file for pages without a bundler; undefined without a build.
 */
export function measureBrowserFile(
  file = fileURLToPath(new URL("../packages/client/dist/browser.js", import.meta.url)),
) {
  return existsSync(file) ? gzipSync(readFileSync(file), { level: 9 }).length : undefined;
}

/** Prints how much each entry weighs, and the heaviest parts of the client. */
export async function run() {
  const { minified, gzip, connected, parts } = await measureClient();
  const [error, preflight, peerjs] = await Promise.all([
    measureClient({ page: pages.error }),
    measureClient({ page: pages.preflight }),
    measureClient({ page: pages.peerjs, from: bench, conditions: [] }),
  ]);
  console.log("Bytes of gzip, socket.io-client apart:");
  console.table({
    "PeerManager, at once": { bytes: gzip, limit: limits.core },
    "PeerManager, with what loads when connected": { bytes: connected, limit: limits.connected },
    "SignalingError alone": { bytes: error.gzip, limit: limits.error },
    "preflight alone, before it is called": { bytes: preflight.gzip, limit: limits.preflight },
    "@sig/client/browser, after a build": { bytes: measureBrowserFile() ?? "not built", limit: limits.browser },
    "PeerJS, bundled alike": { bytes: peerjs.gzip },
  });
  console.log(`${String(minified)} bytes minified. The heaviest files:`);
  const heaviest = parts.filter(({ bytes }) => bytes > 0).slice(0, 8);
  console.table(
    heaviest.map(({ path, bytes }) => ({
      file: path.replace(/^.*node_modules\//, "").replace(/^(\.\.\/)+/, ""),
      "minified bytes": bytes,
    })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
