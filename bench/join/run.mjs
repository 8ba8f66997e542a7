import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { createJiti } from "jiti";
import { findChromium, findFirefox } from "../../scripts/lib/tools.mjs";

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ name: string, first: Page, second: Page }} System */

const here = fileURLToPath(new URL(".", import.meta.url));
const pages = ["sig", "hand-written", "peerjs", "simple-peer"];
/**
 * PeerJS is there twice, since it has no rooms: with a known id, and with the list that a join needs. The hand-written
 * page is there twice: its difference from itself is the noise.
 */
const systems = [
  { name: "sig", page: "sig" },
  { name: "hand-written", page: "hand-written" },
  { name: "hand-written again", page: "hand-written" },
  { name: "simple-peer", page: "simple-peer" },
  { name: "peerjs, with a list of the peers", page: "peerjs", query: "&lists" },
  { name: "peerjs, with a known id", page: "peerjs" },
];
const rounds = Number(process.env.SIG_ROUNDS ?? 25);
const roundTripMs = 60;
const conditions = [
  { name: "everything on one machine, nothing connected yet", delay: 0, warm: false },
  { name: "the same, already connected to the server", delay: 0, warm: true },
  { name: `${String(roundTripMs)} ms to the server and back, nothing connected yet`, delay: roundTripMs, warm: false },
  { name: "the same, already connected to the server", delay: roundTripMs, warm: true },
];

/**
 * Measures the time from a join to open data channels on both sides, in two pages of Chromium or, with
 * `SIG_BROWSER=firefox`, of Firefox, next to other libraries. The systems take turns, and each ratio is taken within
 * one turn.
 */
export async function run() {
  /** @type {typeof import("../../e2e/browser/support/browser.js")} */
  const { launch } = await createJiti(import.meta.url).import("../../e2e/browser/support/browser.ts");
  const engine = process.env.SIG_BROWSER === "firefox" ? "firefox" : "chromium";
  if ((engine === "firefox" ? findFirefox() : findChromium()) === undefined) {
    console.log(`Not measured: no ${engine} found.`);
    return;
  }
  const server = await startServer();
  const browser = await launch({ browser: engine });
  try {
    for (const { name, delay, warm } of conditions) {
      const proxies =
        delay === 0 ? [] : await Promise.all([server.port, server.peerPort].map((port) => openProxy(port, delay)));
      const [port = server.port, peerPort = server.peerPort] = proxies.map((proxy) => proxy.port);
      const opened = await open(
        browser,
        (page, query) => `http://127.0.0.1:${String(port)}/${page}?peers=${String(peerPort)}${query}`,
      );
      const turns = await measure(opened, warm);
      print(name, turns);
      for (const { first, second } of opened) await Promise.all([first.context().close(), second.context().close()]);
      for (const proxy of proxies) await proxy.close();
    }
  } finally {
    await browser.close();
    server.stop();
  }
}

/**
 * @param {number} port
 * @param {number} roundTripMs
 */
async function openProxy(port, roundTripMs) {
  /** @type {typeof import("../../e2e/support/tcp-proxy.js")} */
  const { TcpProxy } = await createJiti(import.meta.url).import("../../e2e/support/tcp-proxy.ts");
  const proxy = await TcpProxy.open(port);
  proxy.conditions = { latencyMs: roundTripMs / 2 };
  return proxy;
}

async function startServer() {
  // Below this folder, where packages that are not bundled resolve.
  const folder = await mkdtemp(join(here, "../node_modules/.join-"));
  /** @type {Record<string, string>} */
  const scripts = {};
  /** @type {import("esbuild").BuildOptions} */
  const shared = { bundle: true, format: "esm", conditions: ["@sig/source"], logLevel: "warning", write: false };
  for (const name of pages) {
    const { outputFiles } = await build({
      ...shared,
      entryPoints: [join(here, "pages", `${name}.js`)],
      outfile: join(folder, `${name}.js`),
      minify: true,
    });
    scripts[name] = outputFiles?.[0]?.text ?? "";
  }
  const program = join(folder, "server.mjs");
  await build({
    ...shared,
    entryPoints: [join(here, "server.mjs")],
    outfile: program,
    platform: "node",
    external: ["socket.io", "peer"],
    write: true,
  });
  const child = fork(program, { execArgv: [] });
  child.send(scripts);
  /** @type {{ port: number, peerPort: number }} */
  const ports = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error("The server ended before it listened.")));
  });
  await rm(folder, { recursive: true, force: true });
  return { ...ports, stop: () => child.kill() };
}

/**
 * @param {Browser} browser
 * @param {(page: string, query: string) => string} address
 * @returns {Promise<System[]>}
 */
async function open(browser, address) {
  /** @type {System[]} */
  const opened = [];
  for (const { name, page, query = "" } of systems) {
    const [first, second] = await Promise.all([0, 1].map(async () => (await browser.newContext()).newPage()));
    if (first === undefined || second === undefined) throw new Error("There are two pages.");
    for (const one of [first, second]) {
      await one.goto(address(page, query));
      await one.waitForFunction("window.bench");
    }
    await first.evaluate((room) => window.bench.joinFirst(room), name);
    opened.push({ name, first, second });
  }
  return opened;
}

/**
 * @param {System[]} opened
 * @param {boolean} warm
 * @returns {Promise<Map<string, number>[]>} Milliseconds by name, for each turn.
 */
async function measure(opened, warm) {
  /** @type {Map<string, number>[]} */
  const turns = [];
  for (let round = -3; round < rounds; round += 1) {
    /** @type {Map<string, number>} */
    const turn = new Map();
    for (const system of round % 2 === 0 ? opened : [...opened].reverse())
      turn.set(system.name, await once(system, warm));
    // The first turns let the browser compile the scripts.
    if (round >= 0) turns.push(turn);
  }
  return turns;
}

/**
 * @param {System} system
 * @param {boolean} warm
 */
async function once({ name, first, second }, warm) {
  await first.evaluate(() => window.bench.reset());
  if (warm) await second.evaluate(() => window.bench.connect());
  const { started, opened } = await second.evaluate((room) => window.bench.timed(room), name);
  const other = await first.evaluate(() => window.bench.opened());
  await second.evaluate(() => window.bench.leave());
  await first.evaluate(() => window.bench.waitUntilAlone());
  return Math.max(opened, other) - started;
}

/**
 * @param {string} title
 * @param {Map<string, number>[]} turns
 */
function print(title, turns) {
  console.log(`\n${title} (medians of ${String(turns.length)})`);
  const of = (name) => turns.map((turn) => turn.get(name) ?? NaN);
  const base = of("hand-written");
  console.table(
    systems.map(({ name }) => ({
      system: name,
      ms: Number(median(of(name)).toFixed(1)),
      "to hand-written": Number(median(of(name).map((time, at) => time / (base[at] ?? NaN))).toFixed(2)),
    })),
  );
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? NaN)) / 2
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
