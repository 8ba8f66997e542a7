import { expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, fakeStream, fakeTrack } from "../../src/testing/index.js";
import { Device, type DeviceOptions } from "./device.js";

const room = "front door";
const answersOnly = { trickle: false, rollback: false, renegotiate: false, restart: false, dialect: "device" };

function setUp() {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock, gatheringMs: [20, 20] });
  const signaling = new MemorySignaling({ clock });
  const manager = new PeerManager(signaling.socket(), { clock, RTCPeerConnection: network.connectionClass("viewer") });
  const place = (options: Partial<DeviceOptions> = {}) =>
    new Device(signaling.socket(), network.connectionClass("device"), fakeStream("audio", "video"), {
      room,
      capabilities: answersOnly,
      ...options,
    });
  /** What the device received from us. */
  const received = (device: Device) => device.received.get(manager.id ?? "") ?? { offers: [], candidates: [] };
  const tracks: string[] = [];
  manager.on("track", ({ track }) => tracks.push(track.kind));
  return { clock, network, signaling, manager, place, received, tracks };
}

const sections = (sdp = ""): string[] =>
  [...sdp.matchAll(/^m=(\w+)[^]*?^a=(sendrecv|sendonly|recvonly|inactive)/gm)].map(
    ([, kind, direction]) => `${kind ?? ""} ${direction ?? ""}`,
  );

it("a device that joined first receives only one offer, with all candidates and sections for its media", async () => {
  const { clock, manager, place, received, tracks } = setUp();
  const device = place();
  await clock.advance(100);
  await clock.settle(manager.join(room));
  await clock.runOut();
  const { offers, candidates } = received(device);
  expect(offers).toHaveLength(1);
  expect(offers[0]).toMatch(/^a=candidate:/m);
  expect(sections(offers[0])).toEqual(["audio recvonly", "video recvonly"]);
  expect(offers[0]).not.toContain("m=application");
  expect(candidates).toEqual([]);
  expect(tracks.sort()).toEqual(["audio", "video"]);
  expect([...manager.peers.values()].map(({ state }) => state)).toEqual(["connected"]);
});

it("a device that joins later also receives an offer: it makes none itself", async () => {
  const { clock, manager, place, received, tracks } = setUp();
  await clock.settle(manager.join(room));
  const device = place();
  await clock.runOut();
  expect(received(device).offers).toHaveLength(1);
  expect(tracks.sort()).toEqual(["audio", "video"]);
});

it("earlier publications go with the first offer; all later ones go with one offer of a new connection", async () => {
  const { clock, network, manager, place, received } = setUp();
  const device = place();
  manager.publish(fakeStream("audio"));
  await clock.settle(manager.join(room));
  await clock.runOut();
  expect(sections(received(device).offers[0])).toEqual(["audio sendrecv", "video recvonly"]);
  const [peer] = manager.peers.values();
  const before = peer?.connection;
  manager.publish(fakeStream("video"));
  const screen = manager.publish(fakeStream("video"));
  await clock.runOut();
  const { offers, candidates } = received(device);
  expect(offers).toHaveLength(2);
  expect(sections(offers[1]).sort()).toEqual(["audio sendrecv", "video sendrecv", "video sendrecv"]);
  expect(peer?.state).toBe("connected");
  expect(peer?.connection).not.toBe(before);
  expect(before?.connectionState).toBe("closed");
  screen.stop();
  await clock.runOut();
  expect(offers).toHaveLength(3);
  expect(sections(offers[2]).sort()).toEqual(["audio sendrecv", "video sendrecv"]);
  expect(candidates).toEqual([]);
  expect(network.connections.live).toBe(2);
});

it("a replaced track needs no new connection", async () => {
  const { clock, manager, place, received } = setUp();
  const camera = fakeStream("video");
  const publication = manager.publish(camera);
  const device = place();
  await clock.settle(manager.join(room));
  await clock.runOut();
  await clock.settle(publication.replace(fakeTrack("video")));
  await clock.runOut();
  expect(received(device).offers).toHaveLength(1);
});

it("an unanswered offer is followed by one on a new connection, and never resent", async () => {
  const { clock, manager, place, received } = setUp();
  const device = place({ ignoredOffers: 1 });
  await clock.settle(manager.join(room));
  await clock.advance(20_000);
  const { offers } = received(device);
  expect(offers).toHaveLength(2);
  const [first, second] = offers.map((sdp) => /^a=fingerprint:.*/m.exec(sdp)?.[0]);
  expect(second).not.toBe(first);
  expect([...manager.peers.values()].map(({ state }) => state)).toEqual(["connected"]);
});

it("a lost path is recovered by a new connection, since the device cannot restart ICE", async () => {
  const { clock, network, manager, place, received } = setUp();
  const device = place();
  await clock.settle(manager.join(room));
  await clock.runOut();
  network.cut("viewer", "device");
  await clock.advance(25_000);
  network.mend("viewer", "device");
  await clock.advance(60_000);
  const ufrags = received(device).offers.map((sdp) => /^a=fingerprint:.*/m.exec(sdp)?.[0]);
  expect(ufrags.length).toBeGreaterThan(1);
  expect(new Set(ufrags).size).toBe(ufrags.length);
  expect([...manager.peers.values()].map(({ state }) => state)).toEqual(["connected"]);
});

it("a peer without declared capabilities receives its candidates one by one", async () => {
  const { clock, manager, place, received } = setUp();
  const device = place({ capabilities: undefined });
  await clock.advance(100);
  await clock.settle(manager.join(room));
  await clock.runOut();
  const { offers, candidates } = received(device);
  expect(offers[0]).not.toMatch(/^a=candidate:/m);
  expect(candidates.length).toBeGreaterThan(0);
});
