import { Peer } from "peerjs";
import { channelOpened, offer, until } from "./common.js";

// PeerJS has no rooms: whoever comes knows the id of the one who is there.
const residentId = "resident";
const server = { host: location.hostname, port: Number(new URLSearchParams(location.search).get("peers")), path: "/", config: { iceServers: [] } };
let peer;
const connections = new Set();

function follow(connection) {
  connections.add(connection);
  connection.on("open", channelOpened);
  connection.on("close", () => connections.delete(connection));
}

function connect(id) {
  peer = id === undefined ? new Peer(server) : new Peer(id, server);
  peer.on("connection", follow);
  return new Promise((resolve) => peer.on("open", resolve));
}

offer({
  stay: () => connect(residentId),
  connect: () => connect(undefined),
  async join() {
    if (peer === undefined) await connect(undefined);
    follow(peer.connect(residentId, { reliable: true, serialization: "raw" }));
  },
  async leave() {
    for (const connection of connections) connection.close();
    peer.destroy();
    peer = undefined;
  },
  alone: () => until(() => connections.size === 0),
});
