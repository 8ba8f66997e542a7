import { expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, fakeStream } from "../../src/testing/index.js";

function midsOf(description: RTCSessionDescription | null): (string | undefined)[] {
  return [...(description?.sdp ?? "").matchAll(/^a=mid:(\S+)/gm)].map(([, mid]) => mid);
}

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
          if (candidate === null) return;
          const [, sdpMid] = midsOf(this.localDescription);
          const second = { ...candidate.toJSON(), sdpMid, sdpMLineIndex: 1 };
          (listener as (event: object) => void)({ type, candidate: second });
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
  const { added, ada } = await setUp();
  const [first] = midsOf([...ada.peers.values()][0]?.connection?.localDescription ?? null);
  expect(new Set(added)).toEqual(new Set([first]));
});

it("a candidate of a bundled media section is not sent once the peer is known to bundle", async () => {
  const { clock, ada, grace } = await setUp();
  const before = [sent(ada), sent(grace)];
  ada.peers.get(grace.id ?? "")?.connection?.restartIce();
  await clock.runOut();
  // Two candidates and end-of-candidates of each end.
  expect([sent(ada), sent(grace)].map((now, end) => now - (before[end] ?? 0))).toEqual([3, 3]);
});
