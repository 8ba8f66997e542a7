import { PeerManager } from "@sig/client";
import { io } from "socket.io-client";
import { channelOpened, provide, until } from "./common.js";

const socket = io("/sig", { transports: ["websocket"], autoConnect: false });

/** Reports when the channel for messages opens; applications do not need to know. */
class WatchedConnection extends RTCPeerConnection {
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

const manager = new PeerManager(socket, { RTCPeerConnection: WatchedConnection });

provide({
  joinFirst: (room) => manager.join(room),
  async connect() {
    socket.connect();
    await until(() => socket.connected);
  },
  join: (room) => manager.join(room),
  async leave() {
    await manager.leave();
    socket.disconnect();
  },
  waitUntilAlone: () => until(() => manager.peers.size === 0),
});
