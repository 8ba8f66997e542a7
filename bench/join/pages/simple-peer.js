import SimplePeer from "simple-peer/simplepeer.min.js";
import { io } from "socket.io-client";
import { channelOpened, provide, until } from "./common.js";

const socket = io("/relay", { transports: ["websocket"], autoConnect: false });
const peers = new Map();

function peerWith(id, initiator) {
  const peer = new SimplePeer({ initiator, config: { iceServers: [] } });
  peers.set(id, peer);
  peer.on("signal", (signal) => socket.emit("signal", { to: id, signal }));
  peer.on("connect", channelOpened);
  peer.on("error", () => undefined);
  return peer;
}

socket.on("signal", ({ from, signal }) => (peers.get(from) ?? peerWith(from, false)).signal(signal));
socket.on("left", (id) => {
  peers.get(id)?.destroy();
  peers.delete(id);
});

function join(room) {
  if (!socket.active) socket.connect();
  return new Promise((resolve) => {
    socket.emit("join", room, (others) => {
      resolve(undefined);
      for (const id of others) peerWith(id, true);
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
    await socket.emitWithAck("leave");
    for (const peer of peers.values()) peer.destroy();
    peers.clear();
    socket.disconnect();
  },
  waitUntilAlone: () => until(() => peers.size === 0),
});
