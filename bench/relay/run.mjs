import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleProgram } from "../bundle.mjs";
import { connectPair, exchange, messagesPerExchange } from "./load.mjs";
import { programs } from "./programs.mjs";

/** @typedef {import("./load.mjs").Pair} Pair */
/** @typedef {{ name: string, url: string, cpuMicros(): Promise<number>, stop(): void, pairs: Pair[] }} Server */

const pairsPerServer = 6;
const windowMs = 500;
const cycles = 20;

/**
 * Measures the server CPU of a relayed message, next to a relay without checks. The servers take turns in short
 * windows, and each ratio is taken within one turn: other load on the machine slows all of them equally.
 *
 * @returns {Promise<{ ratio: number, itself: number, micros: Record<string, number> }>} The medians: this library to
 *   the naive relay, the naive relay to itself, and microseconds of CPU for a message of each.
 */
export async function run() {
  const folder = await mkdtemp(join(tmpdir(), "sig-bench-"));
  /** @type {Server[]} */
  const servers = [];
  try {
    for (const [name, contents] of Object.entries(programs))
      servers.push(await start(name, contents, join(folder, `${servers.length}.cjs`)));
    for (const server of servers) await check(server);
    for (const server of servers) await measure(server, windowMs);
    /** @type {Map<string, number>[]} */
    const turns = [];
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      /** @type {Map<string, number>} */
      const turn = new Map();
      // Every second turn is reversed: the first server after a pause is slower.
      for (const server of cycle % 2 === 0 ? servers : [...servers].reverse())
        turn.set(server.name, await measure(server, windowMs));
      turns.push(turn);
    }
    return print(turns);
  } finally {
    for (const server of servers) server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} name
 * @param {string} contents
 * @param {string} outfile
 * @returns {Promise<Server>}
 */
async function start(name, contents, outfile) {
  await bundleProgram(contents, outfile);
  const child = fork(outfile, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  /** @returns {Promise<any>} */
  const answer = () =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`The ${name} server ended.`));
      child.once("exit", ended);
      child.once("message", (message) => {
        child.off("exit", ended);
        resolve(message);
      });
    });
  const { port } = await answer();
  const url = `http://127.0.0.1:${port}`;
  const pairs = [];
  for (let index = 0; index < pairsPerServer; index += 1) pairs.push(await connectPair(url, `room-${index}`));
  return {
    name,
    url,
    pairs,
    cpuMicros: async () => {
      const answered = answer();
      child.send("cpu");
      return (await answered).cpuMicros;
    },
    stop: () => {
      for (const { peers } of pairs) for (const { socket } of peers) socket.disconnect();
      child.kill();
    },
  };
}

/**
 * Before the measurement: every message arrives once, at the right peer.
 *
 * @param {Server} server
 */
async function check({ name, pairs }) {
  for (const pair of pairs) {
    const [first, second] = pair.peers;
    await exchange(pair);
    await exchange(pair);
    const received = [
      second.received.offer,
      first.received.answer,
      first.received.candidate,
      second.received.candidate,
      first.received.offer,
      second.received.answer,
    ];
    if (received.join() !== [2, 2, 16, 16, 0, 0].join())
      throw new Error(`The ${name} server lost or duplicated messages: ${received.join()}`);
  }
}

/**
 * Microseconds of server CPU for a message.
 *
 * @param {Server} server
 * @param {number} forMs
 */
async function measure({ pairs, cpuMicros }, forMs) {
  const before = await cpuMicros();
  const until = performance.now() + forMs;
  let exchanges = 0;
  await Promise.all(
    pairs.map(async (pair) => {
      while (performance.now() < until) {
        await exchange(pair);
        exchanges += 1;
      }
    }),
  );
  return ((await cpuMicros()) - before) / (exchanges * messagesPerExchange);
}

/** @param {Map<string, number>[]} turns */
function print(turns) {
  const of = (/** @type {string} */ name) => turns.map((turn) => turn.get(name) ?? Number.NaN);
  const ratios = (/** @type {string} */ name) =>
    turns.map((turn) => (turn.get(name) ?? Number.NaN) / (turn.get("naive") ?? Number.NaN));
  const micros = Object.fromEntries(Object.keys(programs).map((name) => [name, median(of(name))]));
  console.table(
    Object.fromEntries(
      Object.entries(micros).map(([name, value]) => {
        const sorted = ratios(name).sort((a, b) => a - b);
        const spread = `${share(sorted, 0.1).toFixed(2)} to ${share(sorted, 0.9).toFixed(2)}`;
        return [
          name,
          {
            "µs of CPU a message": value.toFixed(1),
            "to naive": median(sorted).toFixed(2),
            "80 % lie in": spread,
          },
        ];
      }),
    ),
  );
  const ratio = median(ratios("guarded"));
  const itself = median(ratios("naive again"));
  console.log(
    `relay with every check: ${ratio.toFixed(2)} of the naive relay's server CPU a message ` +
      `(the naive relay to itself: ${itself.toFixed(2)})`,
  );
  return { ratio, itself, micros };
}

/** @param {number[]} values */
function median(values) {
  return share(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/**
 * @param {number[]} sorted
 * @param {number} part
 */
function share(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
