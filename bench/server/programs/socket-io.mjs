// The relay of tutorials on Socket.IO, without any check.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => {
  socket.on("createAndJoinRoom", ({ room }) => {
    const others = io.sockets.adapter.rooms.get(room) ?? [];
    socket.emit("created", { id: socket.id, room, peers: Array.from(others, (id) => ({ id })) });
    void socket.join(room);
    socket.to(room).emit("joined", { id: socket.id, room });
  });
  for (const event of ["offer", "answer", "candidate"])
    socket.on(event, (message) => io.to(message.to).emit(event, message));
  socket.on("disconnecting", () => {
    for (const room of socket.rooms) socket.to(room).emit("exit", { from: socket.id, room });
  });
});
http.listen({ port: Number(process.env.PORT), host: "127.0.0.1", backlog: 4096 });
