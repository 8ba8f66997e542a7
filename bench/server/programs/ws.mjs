// A minimal relay on `ws`, without any check: the least that a relay in Node can do.
import { WebSocketServer } from "ws";

/** @type {Map<string, import("ws").WebSocket>} */
const peers = new Map();
/** @type {Map<string, Set<string>>} */
const rooms = new Map();
let count = 0;

const server = new WebSocketServer({
  port: Number(process.env.PORT),
  host: "127.0.0.1",
  perMessageDeflate: false,
  backlog: 4096,
});
server.on("connection", (socket) => {
  const id = String((count += 1)).padStart(8, "0");
  /** @type {Set<string>} */
  let room = new Set();
  peers.set(id, socket);
  socket.on("message", (data) => {
    const text = data.toString();
    const message = JSON.parse(text);
    if (message.event !== "join") {
      peers.get(message.to)?.send(text);
      return;
    }
    room = rooms.get(message.room) ?? new Set();
    rooms.set(message.room, room);
    socket.send(JSON.stringify({ event: "created", peers: [...room] }));
    const joined = JSON.stringify({ event: "joined", id });
    for (const other of room) peers.get(other)?.send(joined);
    room.add(id);
  });
  socket.on("close", () => {
    peers.delete(id);
    room.delete(id);
    const exit = JSON.stringify({ event: "exit", id });
    for (const other of room) peers.get(other)?.send(exit);
  });
  socket.send(JSON.stringify({ event: "id", id }));
});
