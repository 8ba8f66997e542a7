import { PeerManager } from "@sig/client";
import { io } from "socket.io-client";
import { clockTrack } from "./clock-track.js";
import { element, elementWithId } from "./element.js";
import { showNodes, watchNodes, type NodeStatus, type Person } from "./node-list.js";
import { removeTile, showTile } from "./tiles.js";

const names = ["Ada", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gina", "Hugo"];
const parameters = new URLSearchParams(location.search);
const ownName = parameters.get("name") ?? names[Math.floor(Math.random() * names.length)] ?? "Ada";

// Nothing in a page depends on the number of nodes. WebSocket alone, because the proxy has no sticky sessions.
const manager = new PeerManager(io({ transports: ["websocket"] }), { metadata: ownName });
manager.publish(clockTrack(ownName), { label: "clock" });

const nameOf = ({ metadata }: { readonly metadata: unknown }): string =>
  typeof metadata === "string" ? metadata : "somebody";
const nodeOf = (attributes: unknown): string => (attributes as { node?: string } | null | undefined)?.node ?? "";

let nodes: readonly NodeStatus[] = [];

function show(): void {
  const self: Person = {
    name: ownName,
    node: nodeOf(manager.attributes),
    isHere: manager.state === "joined",
    isSelf: true,
  };
  const others = Array.from(manager.peers.values(), (peer) => ({
    name: nameOf(peer),
    node: nodeOf(peer.attributes),
    isHere: peer.presence === "online",
    isSelf: false,
  }));
  // A peer is away only after its node was found dead: seconds later, so look at the node too.
  const isRunning = (person: Person) => nodes.some(({ name, state }) => name === person.node && state === "running");
  showNodes(
    nodes,
    [self, ...others].map((person) => ({ ...person, isHere: person.isHere && isRunning(person) })),
  );
  const status = elementWithId("status");
  status.dataset.state = status.textContent = manager.state;
}

function record(text: string): void {
  const time = element("time", { textContent: new Date().toTimeString().slice(0, 8) });
  elementWithId("log").prepend(element("li", {}, time, document.createTextNode(text)));
}

watchNodes((now) => {
  for (const { name, state } of now) {
    const before = nodes.find((node) => node.name === name)?.state;
    if (before !== undefined && before !== state && state !== "starting") record(`${name} is ${state}.`);
  }
  nodes = now;
  show();
});

manager.on("state", (state) => {
  if (state === "joined") record(`You are connected to ${nodeOf(manager.attributes)}.`);
  if (state === "reconnecting") record("Your node is gone. The call goes on while you connect to another one.");
  show();
});
manager.on("attributes", show);
manager.on("peerAttributes", (peer, attributes) => {
  record(`${nameOf(peer)} is now on ${nodeOf(attributes)}.`);
  show();
});
manager.on("peerPresence", show);
manager.on("peerJoined", (peer) => {
  record(`${nameOf(peer)} is in the call, on ${nodeOf(peer.attributes)}.`);
  show();
});
manager.on("peerLeft", (peer, reason) => {
  record(`${nameOf(peer)} is out of the call: ${reason}.`);
  removeTile(peer.id);
  show();
});
manager.on("track", ({ peer, track }) => showTile(peer.id, nameOf(peer), track));
manager.on("error", ({ message }) => record(message));
await manager.join(parameters.get("room") ?? "cluster");
