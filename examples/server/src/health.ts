import type { ServerResponse } from "node:http";
import type { Signaling } from "@sig/server";

/**
 * Answers 200 with `{ ok, rooms, peers, uptime }` (uptime in seconds), or 503 with `{ ok: false }` when the rooms
 * cannot be read.
 */
export async function answerHealth(signaling: Signaling, response: ServerResponse): Promise<void> {
  const { status, body } = await readHealth(signaling);
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}

async function readHealth(signaling: Signaling) {
  try {
    const rooms = await signaling.rooms();
    const peers = rooms.reduce((sum, room) => sum + room.peers, 0);
    return { status: 200, body: { ok: true, rooms: rooms.length, peers, uptime: Math.round(process.uptime()) } };
  } catch {
    return { status: 503, body: { ok: false } };
  }
}
