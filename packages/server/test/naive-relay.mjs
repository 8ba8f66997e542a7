// A signaling server as tutorials write it: no checks, client strings as Socket.IO rooms. It shows that the threat
// tests can fail.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http);

io.on("connection", (socket) => {
  socket.on("createAndJoinRoom", (message) => {
    const others = io.sockets.adapter.rooms.get(message.room) ?? [];
    socket.emit("created", { id: socket.id, room: message.room, peers: Array.from(others, (id) => ({ id })) });
    void socket.join(message.room);
    socket.to(message.room).emit("joined", { id: socket.id, room: message.room });
  });
  for (const event of ["offer", "answer", "candidate"]) {
    socket.on(event, (message) => {
      io.to(message.to).emit(event, message);
    });
  }
  socket.on("exit", (message) => {
    void socket.leave(message.room);
    socket.to(message.room).emit("exit", message);
  });
});

http.listen(0, "127.0.0.1", () =>
  process.send?.({ port: /** @type {import("node:net").AddressInfo} */ (http.address()).port }),
);
process.on("disconnect", () => process.exit(0));
