import { io } from "socket.io-client";
import { channelOpened, provide, until } from "./common.js";

// A good hand-written client for two people and a channel: it trickles candidates, one side offers, and nothing
// recovers.
const socket = io("/relay", { transports: ["websocket"], autoConnect: false });
const connections = new Map();
let joined = false;

function connectionWith(id) {
  const connection = new RTCPeerConnection({ iceServers: [] });
  connections.set(id, connection);
  connection.createDataChannel("chat", { negotiated: true, id: 0 }).addEventListener("open", channelOpened);
  connection.addEventListener(
    "icecandidate",
    ({ candidate }) => candidate && socket.emit("signal", { to: id, candidate }),
  );
  return connection;
}

socket.on("signal", async ({ from, description, candidate }) => {
  const connection = connections.get(from) ?? connectionWith(from);
  if (candidate) await connection.addIceCandidate(candidate);
  else {
    await connection.setRemoteDescription(description);
    if (description.type === "answer") return;
    await connection.setLocalDescription();
    socket.emit("signal", { to: from, description: connection.localDescription });
  }
});

socket.on("left", (id) => {
  connections.get(id)?.close();
  connections.delete(id);
});

function join(room) {
  if (!socket.active) socket.connect();
  return new Promise((resolve) => {
    socket.emit("join", room, async (others) => {
      joined = true;
      resolve(undefined);
      for (const id of others) {
        const connection = connectionWith(id);
        await connection.setLocalDescription();
        socket.emit("signal", { to: id, description: connection.localDescription });
      }
    });
  });
}

provide({
  joinFirst: join,
  async connect() {
    socket.connect();
    await until(() => socket.connected);
  },
  join,
  async leave() {
    if (joined) await socket.emitWithAck("leave");
    joined = false;
    for (const connection of connections.values()) connection.close();
    connections.clear();
    socket.disconnect();
  },
  waitUntilAlone: () => until(() => connections.size === 0),
});
