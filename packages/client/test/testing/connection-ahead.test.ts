import { expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling } from "../../src/testing/index.js";

const iceServers = [{ urls: ["stun:stun.example:3478"] }];

function setUp(options: { readonly iceServers?: RTCIceServer[] } = { iceServers }) {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock });
  const signaling = new MemorySignaling({ clock, ...options });
  const person = (name: string, RTCPeerConnection = network.connectionClass(name)) =>
    new PeerManager(signaling.socket(), { clock, RTCPeerConnection });
  return { clock, network, signaling, person };
}

it("the connection for the first peer is made during the join, and then used", async () => {
  const { clock, network, person } = setUp();
  const [ada, grace] = [person("ada"), person("grace")];
  await clock.settle(ada.join("standup"));
  const before = network.connections.made;
  const joining = grace.join("standup");
  await clock.advance(0);
  expect(network.connections).toEqual({ made: before + 1, live: 1 });
  await clock.settle(joining);
  await clock.runOut();
  expect(network.connections).toEqual({ made: before + 2, live: 2 });
  for (const manager of [ada, grace])
    for (const { connection } of manager.peers.values())
      expect(connection?.getConfiguration().iceServers).toMatchObject(iceServers);
});

it("no connection is left after a join of an empty room, without a server, or that was aborted", async () => {
  const { clock, network, signaling, person } = setUp();
  await clock.settle(person("ada").join("standup"));
  expect(network.connections.live).toBe(0);
  signaling.stop();
  await expect(clock.settle(person("grace").join("standup", { timeoutMs: 5000 }))).rejects.toMatchObject({
    code: "TIMEOUT",
  });
  expect(network.connections.live).toBe(0);
  const left = person("cleo");
  const joining = left.join("standup");
  await Promise.all([expect(joining).rejects.toMatchObject({ code: "ABORTED" }), left.leave()]);
  expect(network.connections.live).toBe(0);
});

it("a new connection is made if the stack cannot change the configuration of the prepared one", async () => {
  const { clock, network, person } = setUp();
  const fixed = class extends network.connectionClass("grace") {
    override setConfiguration(): void {
      throw new DOMException("The configuration cannot be changed.", "NotSupportedError");
    }
  };
  const [ada, grace] = [person("ada"), person("grace", fixed)];
  await clock.settle(ada.join("standup"));
  await clock.settle(grace.join("standup"));
  await clock.runOut();
  const [peer] = grace.peers.values();
  expect(peer?.state).toBe("connected");
  expect(peer?.connection?.getConfiguration().iceServers).toMatchObject(iceServers);
  expect(network.connections.live).toBe(2);
});

it.each([
  ["not configured again, where the server names no ICE servers", {}, 1],
  ["configured again, where the server names some", { iceServers }, 2],
])("the connection of the offer with the join is %s", async (_, options, times) => {
  const { clock, network, person } = setUp(options);
  let configured = 0;
  const counted = class extends network.connectionClass("grace") {
    override setConfiguration(configuration: RTCConfiguration): void {
      configured += 1;
      super.setConfiguration(configuration);
    }
  };
  const [ada, grace] = [person("ada"), person("grace", counted)];
  await clock.settle(ada.join("standup"));
  await clock.settle(grace.join("standup"));
  await clock.runOut();
  const [peer] = grace.peers.values();
  expect(peer?.connection?.getConfiguration()).toMatchObject(options);
  // Once when it was made, to see whether the stack can do it.
  expect(configured).toBe(times);
});
