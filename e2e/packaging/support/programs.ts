/** Small programs that use all three packages, as a user of them would write them. */

export const importAll = `
import { createServer } from "node:http";
import { PeerManager } from "@sig/client";
import { isPolite } from "@sig/protocol";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { turnCredentials } from "@sig/server/turn";
import { Server } from "socket.io";
import { io } from "socket.io-client";`;

export const requireAll = `
const { createServer } = require("node:http");
const { PeerManager } = require("@sig/client");
const { isPolite } = require("@sig/protocol");
const { attachSignaling, recommendedServerOptions } = require("@sig/server");
const { attachDeviceGateway } = require("@sig/server/device");
const { turnCredentials } = require("@sig/server/turn");
const { Server } = require("socket.io");
const { io } = require("socket.io-client");`;

/** Two clients in a room: one sends an offer, and what the other receives is printed as JSON. */
export const meeting = `
const http = createServer();
const server = new Server(http, { ...recommendedServerOptions });
const signaling = attachSignaling(server);
const devices = attachDeviceGateway(http, signaling);
const join = (socket) => socket.emitWithAck("createAndJoinRoom", { room: "standup" });
http.listen(0, "127.0.0.1", async () => {
  const address = "http://127.0.0.1:" + http.address().port;
  const [a, b] = [io(address, { forceNew: true }), io(address, { forceNew: true })];
  const first = await join(a);
  const second = await join(b);
  const received = new Promise((resolve) => a.once("offer", resolve));
  b.emit("offer", { room: "standup", to: first.id, sdp: "v=0" });
  const { from, sdp } = await received;
  const manager = new PeerManager(b, { RTCPeerConnection: class {} });
  const result = {
  peers: second.peers.length,
  sdp,
  from: from === second.id,
  manager: manager.state,
  polite: isPolite("a", "b") !== isPolite("b", "a"),
  ttl: turnCredentials({ secret: "s", user: "ada" }).ttl,
  devices: devices.size,
};
  a.disconnect();
  b.disconnect();
  await devices.close();
  await signaling.close();
  server.close(() => console.log(JSON.stringify(result)));
});`;

/** A server that prints its address. */
export const serving = `
const http = createServer();
attachSignaling(new Server(http, { ...recommendedServerOptions }));
http.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + http.address().port));`;

/** The script of a page with calls. */
export const page = `
import { PeerManager } from "@sig/client";
import { io } from "socket.io-client";
const manager = new PeerManager(io());
manager.on("track", ({ streams }) => { document.querySelector("video").srcObject = streams[0] ?? null; });
manager.join("standup");`;

/**
 * Prints the exported classes that two importers or two entries of a package disagree on. Two files in two folders
 * import all entries, as `first` and `second`. An error that the one library throws has to be of the class that the
 * other exports.
 */
export const identity = `
const exported = new Map();
const disagreed = [];
for (const [entry, library] of [...first, ...second])
  for (const [name, value] of Object.entries(library)) {
    if (typeof value !== "function" || !String(value).startsWith("class")) continue;
    const key = entry.split("/").slice(0, entry.startsWith("@") ? 2 : 1).join("/") + "#" + name;
    if (exported.has(key) && exported.get(key) !== value) disagreed.push(key);
    exported.set(key, value);
  }
const { PeerManager } = new Map(first).get("@sig/client");
const { SignalingError } = new Map(second).get("@sig/client");
let caught = false;
try {
  new PeerManager({});
} catch (error) {
  caught = error instanceof SignalingError;
}
console.log(JSON.stringify({ classes: exported.size, disagreed, caught }));`;

/** The public types of all three packages, used as the contract shows. */
export const typedProgram = `
import { createServer } from "node:http";
import { PeerManager, SignalingError, type Peer, type Publication } from "@sig/client";
import { createClientEvents, defaultLimits, isPolite, parse, type ErrorCode } from "@sig/protocol";
import {
  attachSignaling,
  peerIdFromKey,
  recommendedServerOptions,
  type Signaling,
  type SignalingOptions,
} from "@sig/server";
import { attachDeviceGateway, type DeviceGateway } from "@sig/server/device";
import { turnServers } from "@sig/server/turn";
import { Server } from "socket.io";
import { io } from "socket.io-client";

const options: SignalingOptions = {
  maxPeersPerRoom: 8,
  iceServers: turnServers({ urls: "turn:turn.example.org", secret: "s" }),
  authorize: ({ room, token }) => room !== "" && token !== undefined,
};
const server = new Server(createServer(), { ...recommendedServerOptions });
const signaling: Signaling = attachSignaling(server, options);
const off: () => void = signaling.on("peerJoined", ({ room, peer }) => { room.trim(); peer.id.trim(); });
signaling.send("standup", "notice", { text: "hello" });
const gateway: DeviceGateway = attachDeviceGateway(createServer(), signaling, {
  path: "/cameras",
  authorize: ({ request, token }) => request.headers["origin"] === undefined && token !== undefined,
});

const manager = new PeerManager(io("http://localhost"));
manager.on("peerJoined", (peer: Peer) => { peer.id.trim(); });
manager.on("track", ({ peer, streams }) => { peer.id.trim(); streams[0]?.getTracks(); });
declare const stream: MediaStream;
const publication: Publication = manager.publish(stream, { label: "camera" });
const states: "idle" | "joining" | "joined" | "reconnecting" | "left" = manager.state;

const offer = parse(createClientEvents(defaultLimits).offer, {});
const code: ErrorCode | undefined = offer.ok ? undefined : offer.code;

// @ts-expect-error A room has a name.
const wrong: Promise<void> = manager.join(3);
// @ts-expect-error There is no such event.
manager.on("noSuchEvent", () => undefined);
// @ts-expect-error There is no such option.
attachSignaling(server, { maxPeers: 3 });

const closed: Promise<void> = signaling.close();
const polite: boolean = isPolite(String(peerIdFromKey("k")), "b");
export { closed, code, gateway, off, polite, publication, states, wrong, SignalingError };
`;
