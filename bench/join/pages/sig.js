import { PeerManager } from "@sig/client";
import { io } from "socket.io-client";
import { channelOpened, offer, until } from "./common.js";

const socket = io("/sig", { transports: ["websocket"], autoConnect: false });

/** Tells when the channel for messages opens, which apps have no need to know. */
class Watched extends RTCPeerConnection {
  /**
   * @override
   * @param {string} label
   * @param {RTCDataChannelInit} [init]
   */
  createDataChannel(label, init) {
    const channel = super.createDataChannel(label, init);
    channel.addEventListener("open", channelOpened);
    return channel;
  }
}

const manager = new PeerManager(socket, { RTCPeerConnection: Watched });

offer({
  stay: (room) => manager.join(room),
  async connect() {
    socket.connect();
    await until(() => socket.connected);
  },
  join: (room) => manager.join(room),
  async leave() {
    await manager.leave();
    socket.disconnect();
  },
  alone: () => until(() => manager.peers.size === 0),
});
