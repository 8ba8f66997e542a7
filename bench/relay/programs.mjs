/** Both servers are the same but for the relay on them, and tell what they have spent when asked. */
const frame = (/** @type {string} */ relay) => `
import { createServer } from "node:http";
import { Server } from "socket.io";
import { attachSignaling, recommendedServerOptions } from "@sig/server";

const http = createServer();
const io = new Server(http, recommendedServerOptions);
${relay}
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicros: user + system });
});
process.on("disconnect", () => process.exit());
http.listen(0, "127.0.0.1", () => process.send({ port: http.address().port }));
`;

/** This library, its rate limiter working but never refusing: a benchmark is what it is there to stop. */
const guarded = frame(`
attachSignaling(io, { rateLimit: { perSecond: 1e9, burst: 1e9 } });
`);

/** The relay of tutorials: nothing is looked at. */
const naive = frame(`
io.on("connection", (socket) => {
  socket.on("createAndJoinRoom", ({ room }) => {
    const others = io.sockets.adapter.rooms.get(room) ?? [];
    socket.emit("created", { id: socket.id, room, peers: Array.from(others, (id) => ({ id })) });
    socket.join(room);
    socket.to(room).emit("joined", { id: socket.id, room });
  });
  for (const event of ["offer", "answer", "candidate"]) socket.on(event, (message) => io.to(message.to).emit(event, message));
});
`);

/** The servers to compare. The naive one is there twice: how far it is from itself is how far the numbers can be trusted. */
export const programs = { naive, guarded, "naive again": naive };
