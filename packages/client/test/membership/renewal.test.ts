import { beforeEach, describe, expect, it } from "vitest";
import { PeerManager, type SignalingError } from "../../src/index.js";
import { FakeNetwork } from "../../src/testing/index.js";
import { ScriptedServer, created, rejected, room, selfId } from "./scripted-server.js";

let server: ScriptedServer;
let manager: PeerManager;
let events: string[];
let errors: SignalingError[];

const peer = { id: "B".repeat(22), state: "online" };

beforeEach(async () => {
  server = new ScriptedServer();
  const { clock } = server;
  const network = new FakeNetwork({ clock });
  manager = new PeerManager(server.socket, { clock, RTCPeerConnection: network.connectionClass("host") });
  events = [];
  errors = [];
  for (const event of ["state", "peerJoined", "peerLeft", "peerPresence"] as const)
    manager.on(event, () => events.push(event));
  manager.on("error", (error) => errors.push(error));
  server.on.createAndJoinRoom = (_, reply) =>
    reply(created({ expiresIn: 60, peers: [peer], ...(server.joins.length > 1 && { resumed: true }) }));
  let tokens = 0;
  await clock.settle(manager.join(room, { token: () => `token ${String(++tokens)}` }));
});

const joinTimes = (): number[] =>
  server.requests.filter(({ event }) => event === "createAndJoinRoom").map(({ at }) => at);

describe("a membership for a time", () => {
  it("is renewed with fresh tokens before it ends, and nothing changes in the call", async () => {
    for (const untilMs of [44_000, 43_000]) {
      await server.clock.advance(untilMs);
      const before = [events.length, manager.peers.get(peer.id)?.connection];
      expect(before[1]).toBeDefined();
      await server.clock.advance(2000);
      const after = [events.length, manager.peers.get(peer.id)?.connection];
      expect(after.every((each, index) => each === before[index])).toBe(true);
    }
    expect(server.joins.map(({ token }) => token)).toEqual(["token 1", "token 2", "token 3"]);
    expect(joinTimes().map((at) => Math.round(at / 1000))).toEqual([0, 45, 90]);
    expect(new Set(server.joins.map(({ key }) => key)).size).toBe(1);
  });

  it("is renewed again where the renewal decided nothing", async () => {
    const answers = [rejected("INTERNAL", true), rejected("INTERNAL", true)];
    server.on.createAndJoinRoom = (_, reply) => reply(answers.shift() ?? created({ resumed: true, peers: [peer] }));
    await server.clock.advance(58_000);
    expect([server.joins.length, manager.state, errors]).toEqual([4, "joined", []]);
  });

  it("ends where the renewal is rejected, and the server is notified", async () => {
    server.on.createAndJoinRoom = (_, reply) => reply(rejected("UNAUTHORIZED"));
    await server.clock.advance(60_000);
    expect([errors.map(({ code }) => code), manager.state]).toEqual([["UNAUTHORIZED"], "left"]);
    expect(server.requests.at(-1)?.event).toBe("exit");
  });

  it("that has expired ends with an error that says what to do", async () => {
    server.send("exit", { from: selfId, room, reason: "expired" });
    await server.clock.advance(100);
    expect(errors).toMatchObject([
      { code: "UNAUTHORIZED", message: "The membership expired: join again with a new token." },
    ]);
    await server.clock.runOut();
    expect([manager.state, server.joins.length, server.clock.pending]).toEqual(["left", 1, 0]);
  });

  it("that lasts for years is renewed by a timer that fits", async () => {
    server.on.createAndJoinRoom = (_, reply) => reply(created({ resumed: true, expiresIn: 1e9, peers: [peer] }));
    await server.clock.advance(46_000);
    expect(server.joins.length).toBe(2);
    await server.clock.advance(86_400_000);
    expect([server.joins.length, manager.state]).toEqual([2, "joined"]);
  });

  it("is entered anew where the server has forgotten it", async () => {
    server.on.createAndJoinRoom = (_, reply) => reply(created({ peers: [] }));
    await server.clock.advance(49_000);
    expect([manager.state, manager.peers.get(peer.id)?.presence]).toEqual(["joined", "away"]);
  });
});
