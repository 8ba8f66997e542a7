import { setTimeout as wait } from "node:timers/promises";
import { sentBy } from "./messages.mjs";
import { connect, quiet } from "./peer.mjs";

/** @typedef {import("./process.mjs").Server} Server */
/** @typedef {{ peer: import("./peer.mjs").Peer, texts: string[] }} Sender */

const pairsPerServer = 6;
const perExchange = sentBy.caller.length + sentBy.called.length;

/**
 * Calls on one server, each in a room of its own.
 *
 * @param {Server} server
 * @returns {Promise<[Sender, Sender][]>}
 */
export async function openCalls(server) {
  const peers = await connect(server, 2 * pairsPerServer);
  for (const [index, peer] of peers.entries()) peer.join(`room-${String(Math.floor(index / 2))}`);
  if (server.wire.join !== undefined) await quiet(peers);
  const { encode } = server.wire;
  return Array.from({ length: pairsPerServer }, (_, index) => {
    const [caller, called] = peers.slice(2 * index, 2 * index + 2);
    if (caller === undefined || called === undefined) throw new Error("A call has two peers.");
    return [
      { peer: caller, texts: sentBy.caller.map((message) => encode(caller, called.id, message)) },
      { peer: called, texts: sentBy.called.map((message) => encode(called, caller.id, message)) },
    ];
  });
}

/**
 * Every message arrives once, at the right peer.
 *
 * @param {string} name
 * @param {[Sender, Sender][]} calls
 */
export async function checkCalls(name, calls) {
  for (const call of calls) {
    await exchange(call);
    await wait(20);
    const received = call.map(({ peer }) => peer.relayed);
    if (received.join() !== call.map(({ texts }) => texts.length).join())
      throw new Error(`${name} lost or duplicated messages: ${received.join()}`);
  }
}

/**
 * Microseconds of the server's CPU for a relayed message.
 *
 * @param {Server} server
 * @param {[Sender, Sender][]} calls
 * @param {number} forMs
 */
export async function measureRelay(server, calls, forMs) {
  const before = await server.usage();
  const until = performance.now() + forMs;
  let exchanges = 0;
  await Promise.all(
    calls.map(async (call) => {
      while (performance.now() < until) {
        await exchange(call);
        exchanges += 1;
      }
    }),
  );
  return ((await server.usage()).cpuMicros - before.cpuMicros) / (exchanges * perExchange);
}

/**
 * Both send everything, and have received everything of the other one.
 *
 * @param {[Sender, Sender]} call
 */
async function exchange(call) {
  const expected = call.map(({ peer, texts }) => peer.relayed + texts.length);
  for (const { peer, texts } of call) for (const text of texts) peer.send(text);
  while (call.some(({ peer }, index) => peer.relayed < (expected[index] ?? 0)))
    await new Promise((resolve) => setImmediate(resolve));
}
