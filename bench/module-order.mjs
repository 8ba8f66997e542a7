/**
 * Looks for the order of modules in the client's main file with which a page's bundle is smallest: gzip finds only what
 * repeats within 32 KiB. The build writes the modules in this order, after what they import; it means nothing else.
 *
 * `node bench/module-order.mjs SECONDS`, after `npm run build`, writes the best order that it found.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bundlePage } from "./size.mjs";

const client = fileURLToPath(new URL("../packages/client", import.meta.url));
const orderFile = `${client}/module-order.json`;

/**
 * Marks where each module begins, by a comment that survives the minifier.
 *
 * @type {import("esbuild").Plugin}
 */
const marks = {
  name: "marks",
  setup({ onLoad }) {
    onLoad({ filter: /packages[\\/]client[\\/]dist[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/^\/\/ (src\/.*)$/gm, "/*! $1 */"),
    }));
  },
};

/** The bundle's text before the modules of the client, and that of each module. */
async function modules() {
  const { outputFiles } = await bundlePage({ conditions: [], plugins: [marks], legalComments: "inline" });
  const bundle = outputFiles.find(({ text }) => text.includes("/*! src/peer-manager.ts */"))?.text ?? "";
  const [before = "", ...marked] = bundle.split(/\/\*! (src\/.*?) \*\/\n?/);
  return { before, texts: new Map(marked.flatMap((path, at) => (at % 2 === 0 ? [[path, marked[at + 1] ?? ""]] : []))) };
}

/** What each module imports, by path. */
async function imports() {
  const entryPoints = [`${client}/src/peer-manager.ts`];
  const options = /** @type {const} */ ({ bundle: true, format: "esm", packages: "external", write: false });
  const { metafile } = await build({ ...options, entryPoints, metafile: true, outdir: "out", absWorkingDir: client });
  return new Map(
    Object.entries(metafile.inputs).map(([path, input]) => [
      path,
      input.imports.filter(({ kind }) => kind === "import-statement").map((imported) => imported.path),
    ]),
  );
}

const { before, texts } = await modules();
const imported = await imports();
const main = mainModules();
const fixed = [...texts.keys()].filter((path) => !main.includes(path));
const gzipped = (/** @type {readonly string[]} */ order) =>
  gzipSync([before, ...[...fixed, ...order].map((path) => texts.get(path))].join(""), { level: 9 }).length;

/** The modules of the file that most of the client is in, in today's order. */
function mainModules() {
  const folder = `${client}/dist`;
  const index = readFileSync(`${folder}/index.js`, "utf8");
  const name = /PeerManager \} from '(.*)'/.exec(index)?.[1];
  const file = readFileSync(`${folder}/${name}`, "utf8");
  return Array.from(file.matchAll(/^\/\/ (src\/.*)$/gm), ([, path = ""]) => path).filter((path) => texts.has(path));
}

/** Whether each module stands after what it imports, as the bundler will write them. */
function isPossible(/** @type {readonly string[]} */ order) {
  const seen = new Set(fixed);
  return order.every((path) => {
    seen.add(path);
    return imported.get(path)?.every((other) => seen.has(other) || !main.includes(other));
  });
}

/** Moves up to four neighbors. */
function withSomeMoved(/** @type {readonly string[]} */ order) {
  const moved = [...order];
  const neighbors = moved.splice(Math.floor(Math.random() * moved.length), 1 + Math.floor(Math.random() * 4));
  moved.splice(Math.floor(Math.random() * (moved.length + 1)), 0, ...neighbors);
  return moved;
}

const begin = Date.now();
const limitMs = 1000 * Number(process.argv[2] ?? 60);
const today = gzipped(main);
let current = { order: main, bytes: today };
let best = current;
for (let spent = 0; spent < 1; spent = (Date.now() - begin) / limitMs) {
  const order = withSomeMoved(current.order);
  if (!isPossible(order)) continue;
  const bytes = gzipped(order);
  // Simulated annealing: a worse order is accepted now and then, less and less.
  if (bytes > current.bytes && Math.random() > Math.exp((current.bytes - bytes) / (6.2 - 6 * spent))) continue;
  current = { order, bytes };
  if (bytes < best.bytes) best = current;
}
writeFileSync(orderFile, `${JSON.stringify(best.order, undefined, 2)}\n`);
console.log(`${String(best.bytes)} bytes, ${String(best.bytes - today)} compared with today's order.`);
