import { beforeEach, describe, expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeNetwork } from "../../src/testing/index.js";
import { ScriptedServer, created, room, selfId } from "./scripted-server.js";

const [bob, eve] = ["B".repeat(22), "E".repeat(22)];

let server: ScriptedServer;
let manager: PeerManager;
let events: unknown[];

beforeEach(async () => {
  server = new ScriptedServer();
  const { clock } = server;
  const network = new FakeNetwork({ clock });
  manager = new PeerManager(server.socket, { clock, RTCPeerConnection: network.connectionClass("host") });
  events = [];
  manager.on("attributes", (attributes) => events.push(["own", attributes]));
  manager.on("peerAttributes", (peer, attributes) => events.push([peer.id, attributes]));
  manager.on("peerJoined", (peer) => {
    events.push([peer.id, "joined", peer.attributes]);
    peer.on("attributes", (attributes) => events.push(["peer", attributes]));
  });
  server.on.createAndJoinRoom = (_, reply) =>
    reply(created({ attributes: { role: "guest" }, peers: [{ id: bob, attributes: { role: "host" } }] }));
  await clock.settle(manager.join(room));
});

describe("what the application says of a peer", () => {
  it("is known when the peer joins, and our own after the join", async () => {
    server.send("joined", { id: eve, room, attributes: null });
    await server.clock.advance(100);
    expect(manager.attributes).toEqual({ role: "guest" });
    expect(events).toEqual([
      ["own", { role: "guest" }],
      [bob, "joined", { role: "host" }],
      [eve, "joined", null],
    ]);
  });

  it("may change, of ourselves as well", async () => {
    events.length = 0;
    server.send("attributes", { id: bob, room, attributes: { role: "guest" } });
    server.send("attributes", { id: selfId, room, attributes: { role: "host" } });
    server.send("attributes", { id: eve, room, attributes: "of somebody who is not here" });
    server.send("attributes", { id: bob, room, attributes: { role: "guest" } });
    await server.clock.advance(100);
    expect(events).toEqual([
      ["peer", { role: "guest" }],
      [bob, { role: "guest" }],
      ["own", { role: "host" }],
    ]);
    expect([manager.attributes, manager.peers.get(bob)?.attributes]).toEqual([{ role: "host" }, { role: "guest" }]);
  });

  it("may have changed during an outage", async () => {
    events.length = 0;
    server.on.createAndJoinRoom = (_, reply) => reply(created({ resumed: true, peers: [{ id: bob }] }));
    server.lose();
    server.connect();
    await server.clock.advance(5000);
    expect(events).toEqual([
      ["own", undefined],
      ["peer", undefined],
      [bob, undefined],
    ]);
  });

  it("ends with the stay", async () => {
    await server.clock.settle(manager.leave());
    expect(manager.attributes).toBeUndefined();
  });
});
