import { beforeEach, expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeNetwork } from "../../src/testing/index.js";
import { Lab } from "./lab.js";
import { ScriptedServer, created, rejected, room } from "./scripted-server.js";

const peer = { id: "B".repeat(22), state: "online" };
const turn = { urls: ["turn:turn.example.org"], username: "u", credential: "c" };

let server: ScriptedServer;

beforeEach(() => {
  server = new ScriptedServer();
});

/** In a room with a peer that never answers: its connection is replaced after a while. */
async function join(answer: Record<string, unknown>, iceServers?: RTCIceServer[]): Promise<PeerManager> {
  const { clock } = server;
  server.on.createAndJoinRoom = (_, reply) => reply(created({ peers: [peer], ...answer }));
  const RTCPeerConnection = new FakeNetwork({ clock }).connectionClass("host");
  const manager = new PeerManager(server.socket, { clock, RTCPeerConnection, ...(iceServers && { iceServers }) });
  await clock.settle(manager.join(room));
  return manager;
}

const asked = (): number => server.requests.filter(({ event }) => event === "iceServers").length;
const rebuilt = (manager: PeerManager): number => manager.timeline().filter(({ step }) => step === "rebuilding").length;

it.each([
  ["the join brought none", {}],
  ["those that there are have expired", { iceServers: [{ urls: "stun:old.example.org" }], iceServersTtl: 20 }],
])("U07: ICE servers are asked for before a connection is replaced, where %s", async (_, answer) => {
  server.on.iceServers = (__, reply) => reply({ ok: true, iceServers: [turn] });
  const manager = await join(answer);
  await server.clock.advance(60_000);
  expect([rebuilt(manager) > 0, asked()]).toEqual([true, 1]);
  const { iceServers } = manager.peers.get(peer.id)?.connection?.getConfiguration() ?? {};
  expect(iceServers).toEqual([turn]);
});

it.each([
  ["those of the server do not expire", { iceServers: [turn] }, undefined],
  ["the application has given its own", {}, [turn]],
])("U07: none are asked for where %s", async (_, answer, own) => {
  const manager = await join(answer, own);
  await server.clock.advance(60_000);
  expect([rebuilt(manager) > 0, asked()]).toEqual([true, 0]);
});

it.each([
  ["does not answer", () => undefined],
  [
    "answers with an error",
    (_: unknown, reply: (answer: Record<string, unknown>) => void) => reply(rejected("INTERNAL", true)),
  ],
])("U07: recovery goes on where the server %s", async (_, behavior) => {
  const manager = await join({});
  server.on.iceServers = behavior;
  await server.clock.advance(200_000);
  expect(asked()).toBeGreaterThan(1);
  const epochs = new Set(
    server.requests
      .filter(({ event }) => event === "offer")
      .map(({ payload }) => (payload.link as { epoch: string }).epoch),
  );
  expect(epochs.size).toBeGreaterThan(1);
  expect(rebuilt(manager)).toBeGreaterThan(0);
});

it("U07: they are asked for before ICE is restarted", async () => {
  const lab = new Lab();
  const [ada, bob] = [lab.manager({}, "ada"), lab.manager({}, "bob")];
  await lab.join(ada);
  await lab.join(bob);
  lab.messages.length = 0;
  lab.network.cut("ada", "bob");
  await lab.clock.advance(15_000);
  const events = lab.messages.filter(({ direction }) => direction === "to-server").map(({ event }) => event);
  expect(events.indexOf("iceServers")).toBeGreaterThanOrEqual(0);
  expect(events.indexOf("iceServers")).toBeLessThan(events.indexOf("offer"));
});
