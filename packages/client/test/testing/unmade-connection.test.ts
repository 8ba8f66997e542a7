import { expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, recordEvents } from "../../src/testing/index.js";

function setUp() {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock });
  const signaling = new MemorySignaling({ clock });
  const person = (name: string) =>
    new PeerManager(signaling.socket(), { clock, RTCPeerConnection: network.connectionClass(name) });
  return { clock, network, ada: person("ada"), grace: person("grace") };
}

it("after a constructor throws, the join succeeds, the error is reported and the connection is retried", async () => {
  const { clock, network, ada, grace } = setUp();
  // The prepared connection, and the one for the peer.
  network.fail("constructor", { name: "grace", times: 2 });
  await clock.settle(ada.join("standup"));
  const seen = recordEvents(grace);
  const errors: unknown[] = [];
  grace.on("error", (error) => errors.push(error));
  await clock.settle(grace.join("standup"));
  expect(grace.state).toBe("joined");
  expect(errors).toMatchObject([
    { code: "NEGOTIATION_FAILED", retryable: true, cause: { message: "The test made constructor fail." } },
  ]);
  await clock.settle(seen.until(({ event, detail }) => event === "peerState" && detail?.state === "connected"));
  expect(clock.now()).toBeLessThan(4000);
  await clock.runOut();
  for (const manager of [ada, grace])
    expect([...manager.peers.values()].map(({ state }) => state)).toEqual(["connected"]);
});

it("a constructor that always throws leads to the state `failed`, with an explanation", async () => {
  const { clock, network, ada, grace } = setUp();
  network.fail("constructor", { name: "grace" });
  await clock.settle(Promise.all([ada.join("standup"), grace.join("standup")]));
  await clock.advance(60_000);
  const [peer] = grace.peers.values();
  expect(peer?.state).toBe("failed");
  expect(await peer?.explain()).toEqual([
    'No path to the peer was found (The step "make-connection" failed); another attempt is made from time to time.',
  ]);
});
