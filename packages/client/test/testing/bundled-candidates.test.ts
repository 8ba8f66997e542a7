import { expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, fakeStream } from "../../src/testing/index.js";

/** Two people whose browsers gather for every media section, as Firefox does in an ICE restart. */
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

it("a candidate of a bundled media section is not added, because its port is closed by then", async () => {
  const { added } = await setUp();
  expect(new Set(added)).toEqual(new Set(["0"]));
});

it("a candidate of a bundled media section is not sent once the peer is known to bundle", async () => {
  const { clock, ada, grace } = await setUp();
  const before = [sent(ada), sent(grace)];
  ada.peers.get(grace.id ?? "")?.connection?.restartIce();
  await clock.runOut();
  // Two candidates and end-of-candidates of each end.
  expect([sent(ada), sent(grace)].map((now, end) => now - (before[end] ?? 0))).toEqual([3, 3]);
});
