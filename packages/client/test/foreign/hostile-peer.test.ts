import { expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, fakeStream } from "../../src/testing/index.js";

const room = "standup";

/** A client with our SDK, whose calls on its connections are counted, and room for peers that it must not trust. */
function setUp() {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock });
  const signaling = new MemorySignaling({ clock });
  const applied: string[] = [];
  class Counted extends network.connectionClass("ada") {
    override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      applied.push(description.type);
      return super.setRemoteDescription(description);
    }

    override addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
      applied.push(candidate.candidate ?? "");
      return super.addIceCandidate(candidate);
    }
  }
  const ada = new PeerManager(signaling.socket(), { clock, RTCPeerConnection: Counted });
  ada.publish(fakeStream());
  const errors: unknown[] = [];
  ada.on("error", (error) => errors.push(error));
  return { clock, network, signaling, applied, ada, errors };
}

it.each([1, 60])(
  "T26: repeats its last 50 messages after its exit and its return, and the SDK applies none: of at least %i",
  async (least) => {
    const { clock, network, signaling, applied, ada, errors } = setUp();
    const socket = signaling.socket();
    const sent: [string, unknown][] = [];
    let joining: { key?: string } = {};
    const emit = socket.emit.bind(socket);
    socket.emit = (event: string, ...args: unknown[]) => {
      if (event === "createAndJoinRoom") joining = args[0] as typeof joining;
      if (["offer", "answer", "candidate"].includes(event)) sent.push([event, args[0]]);
      return emit(event, ...args);
    };
    const x = new PeerManager(socket, { clock, RTCPeerConnection: network.connectionClass("x") });
    await clock.settle(Promise.all([ada.join(room), x.join(room)]));
    await clock.runOut();
    for (let round = 0; sent.length < least; round += 1) {
      x.publish(fakeStream("audio"));
      x.peers.get(ada.id!)?.connection?.restartIce();
      await clock.runOut();
    }
    const id = x.id!;
    await clock.settle(x.leave());
    await clock.runOut();
    expect(ada.peers.size).toBe(0);

    const raw = signaling.socket();
    raw.emit("createAndJoinRoom", { room, key: joining.key });
    await clock.advance(100);
    expect([...ada.peers.keys()]).toEqual([id]);
    applied.length = 0;
    for (const [event, payload] of sent.slice(-50)) raw.emit(event, payload);
    await clock.advance(1_000);
    expect(applied).toEqual([]);
    expect(ada.peers.get(id)?.connection?.signalingState ?? "stable").toBe("stable");
    expect(errors).toEqual([]);
    // Its next offer is a new one.
    const offer = sent.filter(([event]) => event === "offer").at(-1)![1] as object;
    raw.emit("offer", { ...offer, offerId: "another", link: undefined });
    await clock.advance(1_000);
    expect(applied).toEqual(["offer"]);
  },
);

it("T27: the 257th candidate of an ICE generation is dropped and counted; `.local` names pass", async () => {
  const { clock, network, signaling, applied, ada, errors } = setUp();
  const socket = signaling.socket();
  const x = new PeerManager(socket, { clock, RTCPeerConnection: network.connectionClass("x") });
  await clock.settle(Promise.all([ada.join(room), x.join(room)]));
  await clock.runOut();
  const peer = ada.peers.get(x.id!)!;
  const own = applied.filter((line) => line.startsWith("candidate:")).length;
  const add = (count: number, from = 0) => {
    for (let index = from; index < from + count; index += 1) {
      const sdp = `candidate:${String(index)} 1 udp 1 name-${String(index)}.local ${String(1_000 + index)} typ host`;
      socket.emit("candidate", { room, to: ada.id, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp } });
    }
    return clock.advance(1_000);
  };
  applied.length = 0;
  await add(256 - own);
  expect(applied.length, "all of them were added").toBe(256 - own);
  expect(applied[0]).toBe("candidate:0 1 udp 1 name-0.local 1000 typ host");
  await add(500, 1_000);
  expect(applied.length, "none more").toBe(256 - own);
  await add(10);
  expect(applied.length, "repetitions are harmless").toBe(256 - own + 10);
  expect(await clock.settle(peer.explain())).toContain("The peer has sent too many candidates: 500 were dropped.");
  expect([peer.state, errors]).toEqual(["connected", []]);

  // A new ICE generation may have as many.
  x.peers.get(ada.id!)?.connection?.restartIce();
  await clock.runOut();
  applied.length = 0;
  await add(200, 2_000);
  expect(applied).toHaveLength(200);
});
