import { expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling } from "../../src/testing/index.js";

const room = "front door";
type Answer = readonly ["offer" | "answer" | "candidate", object];

const answer = (sdp: string): Answer => ["answer", { sdp }];
const line = (port: number): string => `candidate:1 1 udp 1 192.0.2.1 ${port} typ host`;

it.each<[string, (offer: string) => readonly Answer[], number, string | undefined]>([
  [
    "with an offer of its own",
    (sdp) => [["offer", { sdp }]],
    200,
    'The step "make-connection" failed. Other peers are not affected. Too many connections.',
  ],
  [
    "with 64 KiB of garbage",
    () => [answer("x".repeat(65_536))],
    20,
    'The step "apply-answer" failed. Other peers are not affected. Failed to parse SessionDescription. Expect line: v=',
  ],
  [
    "without most of its sections",
    (sdp) => [answer(sdp.split(/^m=/m)[0] ?? "")],
    20,
    'The step "apply-answer" failed. Other peers are not affected. The number of m-lines differs from the offer.',
  ],
  [
    "with more sections than it has",
    (sdp) => [answer(sdp + sdp.slice(sdp.indexOf("m=")))],
    20,
    'The step "apply-answer" failed. Other peers are not affected. The number of m-lines differs from the offer.',
  ],
  ["with the id of another offer", (sdp) => [["answer", { sdp, offerId: "another's" }]], 10, undefined],
  [
    "with nothing but candidates",
    () =>
      Array.from(
        { length: 500 },
        (_, port) => ["candidate", { candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: line(port) } }] as const,
      ),
    10,
    undefined,
  ],
])(
  "a device that answers each offer %s fails in the end, with its reason, and affects no other peer",
  async (_, answers, maxOffers, error) => {
    const clock = new FakeClock();
    const network = new FakeNetwork({ clock });
    const signaling = new MemorySignaling({ clock });
    const join = async (name: string): Promise<PeerManager> => {
      const manager = new PeerManager(signaling.socket(), { clock, RTCPeerConnection: network.connectionClass(name) });
      await clock.settle(manager.join(room));
      return manager;
    };
    const device = signaling.socket();
    const offered = new Map<string, number>();
    device.on("offer", ({ from, sdp }: { from: string; sdp: string }) => {
      offered.set(from, (offered.get(from) ?? 0) + 1);
      for (const [event, payload] of answers(sdp)) device.emit(event, { to: from, room, ...payload });
    });
    const [friend, viewer] = [await join("friend"), await join("viewer")];
    const errors = new Set<string>();
    const received: unknown[] = [];
    viewer.on("error", ({ message, cause }) => errors.add(`${message} ${cause instanceof Error ? cause.message : ""}`));
    friend.on("message", ({ data }) => received.push(data));
    device.emit("createAndJoinRoom", { room, capabilities: { rollback: false, renegotiate: false, restart: false } });
    await clock.advance(300_000);
    expect([...viewer.peers.values()].map(({ state }) => state)).toEqual(["connected", "failed"]);
    expect([...errors]).toEqual(error === undefined ? [] : [error]);
    expect(offered.get(viewer.id ?? "")).toBeLessThan(maxOffers);
    viewer.send("chat", "still here");
    await clock.advance(1_000);
    expect(received).toEqual(["still here"]);
  },
);
