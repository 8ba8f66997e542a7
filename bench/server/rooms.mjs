import { setTimeout as wait } from "node:timers/promises";
import { connect, quiet } from "./peer.mjs";

/** @typedef {import("./process.mjs").Server} Server */

let rooms = 0;
const nextRoom = () => `room-of-many-${String((rooms += 1))}`;

/**
 * Milliseconds of the server's CPU for peers that join one room at once; those are connected before.
 *
 * @param {Server} server
 * @param {number} count
 */
export async function measureJoins(server, count) {
  const peers = await connect(server, count);
  await wait(100);
  const room = nextRoom();
  const before = await server.usage();
  for (const peer of peers) peer.join(room);
  await quiet(peers);
  const after = await server.usage();
  for (const peer of peers) peer.drop();
  await wait(400);
  return (after.cpuMicros - before.cpuMicros) / 1000;
}

/**
 * Peers in rooms of two, which then all drop out and come back at once.
 *
 * @param {Server} server
 * @param {number} count
 */
export async function measurePairs(server, count) {
  const { join } = server.wire;
  const prefix = nextRoom();
  const enter = async (/** @type {import("./peer.mjs").Peer[]} */ peers) => {
    for (const [index, peer] of peers.entries()) peer.join(`${prefix}-${String(Math.floor(index / 2))}`);
    await quiet(peers);
  };
  const start = await server.usage("memory");
  const peers = await connect(server, count);
  await wait(300);
  const connected = await server.usage("memory");
  if (join !== undefined) await enter(peers);
  const joined = await server.usage();
  const idle = await server.usage("memory");
  for (const peer of peers) peer.drop();
  const keys = peers.map(({ key }) => key);
  const back = await connect(server, count);
  for (const [index, peer] of back.entries()) peer.key = keys[index];
  if (join !== undefined) await enter(back);
  const returned = await server.usage();
  for (const peer of back) peer.drop();
  await wait(1000);
  return {
    connectMicros: (connected.cpuMicros - start.cpuMicros) / count,
    joinMicros: join && (joined.cpuMicros - connected.cpuMicros) / count,
    heapKilobytes: (idle.heap - start.heap) / count / 1024,
    stormMicros: (returned.cpuMicros - idle.cpuMicros) / count,
  };
}
