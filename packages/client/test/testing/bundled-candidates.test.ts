import { expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, fakeStream } from "../../src/testing/index.js";

/** Two people, each of whose engines gathers for every media section, as Firefox does when ICE restarts: what it finds comes for the second one too. */
async function setUp() {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock });
  const signaling = new MemorySignaling({ clock });
  const added: (string | null | undefined)[] = [];
  const person = (name: string): PeerManager => {
    class EverySection extends network.connectionClass(name) {
      override addEventListener(type: string, listener: never): void {
        super.addEventListener(type as "track", listener);
        if (type !== "icecandidate") return;
        super.addEventListener(type, ({ candidate }) => {
          if (candidate !== null)
            (listener as (event: object) => void)({
              type,
              candidate: { ...candidate.toJSON(), sdpMid: "1", sdpMLineIndex: 1 },
            });
        });
      }

      override addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
        added.push(candidate.sdpMid);
        return super.addIceCandidate(candidate);
      }
    }
    return new PeerManager(signaling.socket(), { clock, RTCPeerConnection: EverySection });
  };
  const [ada, grace] = [person("ada"), person("grace")];
  for (const manager of [ada, grace]) manager.publish(fakeStream());
  await clock.settle(Promise.all([ada.join("standup"), grace.join("standup")]));
  await clock.runOut();
  return { clock, added, ada, grace };
}

const sent = (manager: PeerManager): number =>
  manager.timeline().filter(({ what }) => what === "sent candidate").length;

it("a candidate of a media section that uses the transport of another is not added: its port is closed by then", async () => {
  const { added } = await setUp();
  expect(new Set(added)).toEqual(new Set(["0"]));
});

it("a candidate of such a section is not sent either, once the peer is known to bundle", async () => {
  const { clock, ada, grace } = await setUp();
  const before = [sent(ada), sent(grace)];
  ada.peers.get(grace.id ?? "")?.connection?.restartIce();
  await clock.runOut();
  // Two of each, and the end of them.
  expect([sent(ada), sent(grace)].map((now, end) => now - (before[end] ?? 0))).toEqual([3, 3]);
});
