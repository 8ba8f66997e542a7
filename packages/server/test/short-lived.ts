// A server that is stopped while a peer is away, a renewal is due and authorize has not answered: no timer may keep the
// process running.
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { attachSignaling } from "@sig/server";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";

const http = createServer();
const io = new Server(http);
const signaling = attachSignaling(io, {
  graceMs: 3_600_000,
  authorizeTimeoutMs: 3_600_000,
  authorize: ({ room }) => (room === "never" ? new Promise<boolean>(() => undefined) : true),
  iceServers: () => ({ iceServers: [{ urls: "turn:x" }], ttl: 3_600 }),
});

async function live(): Promise<void> {
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const [away, stays] = [connect(url, { forceNew: true }), connect(url, { forceNew: true })];
  await away.emitWithAck("createAndJoinRoom", { room: "r", key: "a-key-of-22-characters" });
  await stays.emitWithAck("createAndJoinRoom", { room: "r", key: "another-key-of-so-many" });
  stays.emit("createAndJoinRoom", { room: "never", key: "another-key-of-so-many" });
  const notified = new Promise((resolve) => stays.once("presence", resolve));
  away.disconnect();
  await notified;
  process.send?.({ rooms: await signaling.rooms() });
  stays.disconnect();
  await io.close();
  process.disconnect();
}

void live();
