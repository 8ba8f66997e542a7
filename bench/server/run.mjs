import { pathToFileURL } from "node:url";
import { median } from "../median.mjs";
import { start } from "./process.mjs";
import { checkCalls, measureRelay, openCalls } from "./relay.mjs";
import { measureJoins, measurePairs } from "./rooms.mjs";
import { systems } from "./systems.mjs";

/** @typedef {import("./process.mjs").Server} Server */
/** What was measured of each server, by name of what it is; the values of one turn stand at the same index. */
/** @typedef {Map<string, Map<string, (number | undefined)[]>>} Values */

const windowMs = 500;
const turns = Number(process.env.SIG_ROUNDS ?? 12);
const roomSizes = [100, 200];
const peers = Number(process.env.SIG_PEERS ?? 2000);

/**
 * Measures what servers cost side by side: a relayed message, joins into one room, connections, joins into rooms of
 * two, the memory of an idle peer, and a storm in which all drop out and come back. The servers take turns, and each
 * ratio is taken within one turn: other load on the machine slows all of them alike.
 */
export async function run() {
  /** @type {Server[]} */
  const servers = [];
  try {
    for (const system of systems) servers.push(await start(system));
    /** @type {Values} */
    const values = new Map();
    await relays(servers, values);
    await joins(servers, values);
    await pairs(servers, values);
    print(values);
  } finally {
    for (const server of servers) server.stop();
  }
}

/**
 * @param {Server[]} servers
 * @param {Values} values
 */
async function relays(servers, values) {
  /** @type {Map<Server, Awaited<ReturnType<typeof openCalls>>>} */
  const calls = new Map();
  for (const server of servers) {
    const opened = await openCalls(server);
    calls.set(server, opened);
    await checkCalls(server.name, opened);
    await measureRelay(server, opened, windowMs);
  }
  for (let turn = 0; turn < turns; turn += 1)
    // Every second turn is reversed: the first server after a pause is slower.
    for (const server of turn % 2 === 0 ? servers : [...servers].reverse())
      note(values, "a relayed message", server, turn, await measureRelay(server, calls.get(server) ?? [], windowMs));
  for (const opened of calls.values()) for (const { peer } of opened.flat()) peer.drop();
}

/**
 * @param {Server[]} servers
 * @param {Values} values
 */
async function joins(servers, values) {
  const withRooms = servers.filter(({ wire }) => wire.join !== undefined);
  for (const server of withRooms) for (let pass = 0; pass < 4; pass += 1) await measureJoins(server, 40);
  for (let turn = 0; turn < Math.ceil(turns / 4); turn += 1)
    for (const size of roomSizes)
      for (const server of withRooms)
        note(values, `${String(size)} joins into one room`, server, turn, await measureJoins(server, size));
}

/**
 * @param {Server[]} servers
 * @param {Values} values
 */
async function pairs(servers, values) {
  for (const server of servers) await measurePairs(server, 200);
  for (let turn = 0; turn < Math.ceil(turns / 6); turn += 1)
    for (const server of servers) {
      const measured = await measurePairs(server, peers);
      note(values, "a connection", server, turn, measured.connectMicros);
      note(values, "a join into a room of two", server, turn, measured.joinMicros);
      note(values, "a storm", server, turn, measured.stormMicros);
      note(values, idleHeap, server, turn, measured.heapKilobytes);
    }
}

const idleHeap = "heap of an idle peer, KB";

/**
 * @param {Values} values
 * @param {string} what
 * @param {Server} server
 * @param {number} turn
 * @param {number | undefined} value
 */
function note(values, what, { name }, turn, value) {
  /** @type {Map<string, (number | undefined)[]>} */
  const ofAll = values.get(what) ?? new Map();
  values.set(what, ofAll);
  const ofServer = ofAll.get(name) ?? [];
  ofAll.set(name, ofServer);
  ofServer[turn] = value;
}

/**
 * A table in Markdown: medians of the ratios to the first server, with the middle 80 % where there are many turns.
 *
 * @param {Values} values
 */
function print(values) {
  const names = systems.map(({ name }) => name);
  const rows = [
    ["CPU of the server", ...names],
    ["---", ...names.map(() => "---:")],
  ];
  for (const [what, ofAll] of values) {
    const base = ofAll.get(names[0] ?? "") ?? [];
    const cells = names.map((name) => {
      const own = (ofAll.get(name) ?? []).filter((value) => value !== undefined);
      if (own.length === 0) return "";
      if (what === idleHeap) return median(own).toFixed(1);
      const ratios = own.map((value, turn) => value / (base[turn] ?? Number.NaN)).sort((a, b) => a - b);
      const range = ratios.length < 10 || name === names[0] ? "" : ` (${at(ratios, 0.1)} to ${at(ratios, 0.9)})`;
      return median(ratios).toFixed(2) + range;
    });
    rows.push([what, ...cells]);
  }
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}

/**
 * @param {number[]} sorted
 * @param {number} part
 */
function at(sorted, part) {
  return (sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN).toFixed(2);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
