/** The servers differ only in their relay. Each reports its CPU time when asked. */
const program = (/** @type {string} */ relay) => `
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

/** This library. Its rate limiter works but never rejects, although it is made to stop such load. */
const guarded = program(`
attachSignaling(io, { rateLimit: { perSecond: 1e9, burst: 1e9 } });
`);

/** The relay of tutorials, without any check. */
const naive = program(`
io.on("connection", (socket) => {
  socket.on("createAndJoinRoom", ({ room }) => {
    const others = io.sockets.adapter.rooms.get(room) ?? [];
    socket.emit("created", { id: socket.id, room, peers: Array.from(others, (id) => ({ id })) });
    socket.join(room);
    socket.to(room).emit("joined", { id: socket.id, room });
  });
  for (const event of ["offer", "answer", "candidate"])
    socket.on(event, (message) => io.to(message.to).emit(event, message));
});
`);

/** The servers to compare. The naive one is there twice: its difference from itself is the noise. */
export const programs = { naive, guarded, "naive again": naive };
