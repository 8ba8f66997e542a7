import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { startChild, type ChildStatus } from "../child-server.js";
import { newKey } from "../client.js";

/** The memory of a server, without garbage. */
export interface MemoryStatus extends ChildStatus {
  readonly heapUsed: number;
  readonly rss: number;
  /** How many connections it has. */
  readonly connected: number;
}

/** Clients that are connected at the same time before they join. */
const atOnce = 100;

/** Connects clients, and makes them join rooms of two; resolves when all of them are idle. */
async function fill(url: string, count: number, prefix: string): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count) {
    const first = sockets.length;
    const batch = Array.from({ length: Math.min(atOnce, count - first) }, (_, at) =>
      idle(url, `${prefix}-${Math.floor((first + at) / 2)}`),
    );
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

/** A client on a bare WebSocket: thousands of real ones would cost more than the server. */
function idle(url: string, room: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith("0{")) socket.send("40");
      else if (text === "2") socket.send("3");
      else if (text.startsWith("40{"))
        socket.send(`42${JSON.stringify(["createAndJoinRoom", { room, key: newKey() }])}`);
      else if (text.startsWith('42["created"')) resolve(socket);
    });
  });
}

/** Bytes that each idle client takes in a server, where it has joined a room of two. */
export async function bytesPerClient(server: "sig" | "by-hand", count: number): Promise<{ heap: number; rss: number }> {
  const child = await startChild<MemoryStatus>("memory/server-process.ts", server);
  const sockets: WebSocket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.terminate();
    await child.stop();
  });
  // What is compiled and kept for the first ones belongs to none of them.
  sockets.push(...(await fill(child.url, 200, "first")));
  const before = await child.status();
  sockets.push(...(await fill(child.url, count, "r")));
  const after = await child.status();
  if (after.connected !== count + 200 || after.uncaught > 0) throw new Error("The server has lost clients.");
  if (server === "sig" && after.rooms.length !== (count + 200) / 2) throw new Error("The server has lost members.");
  return { heap: (after.heapUsed - before.heapUsed) / count, rss: (after.rss - before.rss) / count };
}
