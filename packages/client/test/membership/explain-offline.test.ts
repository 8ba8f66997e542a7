import { afterEach, expect, it, vi } from "vitest";
import { Lab } from "./lab.js";

const whenConnected = "../../src/peer/when-connected.js";

afterEach(() => {
  vi.doUnmock(whenConnected);
  vi.resetModules();
});

/** A page whose chunk is out of reach for the first `failures` times, with a connected peer. */
async function connectedPage(failures: number) {
  vi.resetModules();
  vi.doMock(whenConnected, async (original) => {
    if (failures-- > 0) throw new TypeError("Failed to fetch dynamically imported module");
    return original();
  });
  const { PeerManager } = await import("../../src/index.js");
  const lab = new Lab();
  const [ada, bob] = ["ada", "bob"].map(
    (host) =>
      new PeerManager(lab.signaling.socket(), {
        clock: lab.clock,
        RTCPeerConnection: lab.network.connectionClass(host),
      }),
  );
  await lab.join(ada!);
  await lab.join(bob!);
  return { lab, peer: ada!.peers.get(bob!.id!)! };
}

it("V07: `explain` never rejects, and says what it knows, where its chunk cannot be loaded", async () => {
  const { peer } = await connectedPage(Infinity);
  expect(await peer.explain()).toEqual(["The peer is connected. The explanation could not be loaded."]);
});

it("V07: `explain` is complete once its chunk can be loaded again", async () => {
  const { peer } = await connectedPage(2);
  expect((await peer.explain())[0]).toMatch(/could not be loaded|^Connected/);
  await vi.waitFor(async () => expect((await peer.explain())[0]).toMatch(/^Connected/));
});

it("V07: `explain` never rejects, whatever the connection throws", async () => {
  const { peer } = await connectedPage(0);
  await peer.explain();
  const broken = vi.spyOn(peer.connection!, "connectionState", "get").mockImplementation(() => {
    throw new Error("A stack of its own.");
  });
  vi.spyOn(peer.connection!, "getStats").mockImplementation(() => {
    throw new Error("A stack of its own.");
  });
  expect((await peer.explain()).length).toBeGreaterThan(0);
  broken.mockRestore();
});
