import { Peer } from "peerjs";
import { channelOpened, provide, until } from "./common.js";

// PeerJS has no rooms: the second page knows the id of the first, or asks the server for all ids.
const parameters = new URLSearchParams(location.search);
const listsPeers = parameters.has("lists");
const residentId = listsPeers ? "resident-of-room" : "resident";
const server = {
  host: location.hostname,
  port: Number(parameters.get("peers")),
  path: "/",
  config: { iceServers: [] },
};
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

provide({
  joinFirst: () => connect(residentId),
  connect: () => connect(undefined),
  async join() {
    if (peer === undefined) await connect(undefined);
    const others = listsPeers ? await new Promise((resolve) => peer.listAllPeers(resolve)) : [residentId];
    for (const id of others) if (id === residentId) follow(peer.connect(id, { reliable: true, serialization: "raw" }));
  },
  async leave() {
    for (const connection of connections) connection.close();
    peer.destroy();
    peer = undefined;
  },
  waitUntilAlone: () => until(() => connections.size === 0),
});
