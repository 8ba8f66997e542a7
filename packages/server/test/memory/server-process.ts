// A server in a process of its own that reports its memory: one of this library, or a relay on Socket.IO by hand.
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { attachSignaling } from "@sig/server";
import { Server, type Socket } from "socket.io";
import { type MemoryStatus } from "./measured.js";

let uncaught = 0;
process.on("uncaughtException", () => (uncaught += 1));

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
const signaling = process.argv[2] === "by-hand" ? undefined : attachSignaling(io);
if (signaling === undefined) io.on("connection", relay);

/** The least that a room and a call need. */
function relay(socket: Socket): void {
  socket.on("createAndJoinRoom", ({ room }: { room: string }) => {
    void socket.join(room);
    socket.emit("created", { room });
  });
  for (const event of ["offer", "answer", "candidate"])
    socket.on(event, (message: { to: string }) => void io.to(message.to).emit(event, message));
  socket.on("disconnecting", () => {
    for (const room of socket.rooms) socket.to(room).emit("exit", { from: socket.id, room });
  });
}

process.on("message", () => {
  void Promise.resolve(signaling?.rooms() ?? []).then((rooms) => {
    for (let pass = 0; pass < 3; pass += 1) (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    const status: MemoryStatus = { uncaught, rooms, polluted: false, heapUsed, rss, connected: io.engine.clientsCount };
    process.send?.(status);
  });
});
http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
  process.send?.({ port: (http.address() as AddressInfo).port }),
);
process.on("disconnect", () => process.exit(0));
