import { expect, it } from "vitest";
import { FakeClock, FakeNetwork } from "../testing/index.js";
import { gatheringDone } from "./peer-connection.js";

const candidates = (connection: RTCPeerConnection): number =>
  (connection.localDescription?.sdp.match(/^a=candidate:/gm) ?? []).length;

it("K10: waits for the candidates of an offer that restarts ICE, although the state is still complete", async () => {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock });
  const [a, b] = [new network.RTCPeerConnection(), new network.RTCPeerConnection()];
  a.createDataChannel("x");
  await clock.settle(a.setLocalDescription());
  await clock.settle(gatheringDone(a, 1000, clock));
  expect(candidates(a)).toBe(2);
  await clock.settle(b.setRemoteDescription(a.localDescription!));
  await clock.settle(b.setLocalDescription());
  await clock.settle(a.setRemoteDescription(b.localDescription!));
  a.restartIce();
  await clock.settle(a.setLocalDescription());
  expect([a.iceGatheringState, candidates(a)]).toEqual(["complete", 0]);
  await clock.settle(gatheringDone(a, 1000, clock));
  expect(candidates(a)).toBe(2);
});

it("a connection that has gathered already is not waited for", async () => {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock });
  const a = new network.RTCPeerConnection();
  a.createDataChannel("x");
  await clock.settle(a.setLocalDescription());
  await clock.settle(gatheringDone(a, 1000, clock));
  const before = clock.now();
  await clock.settle(gatheringDone(a, 1000, clock));
  expect(clock.now()).toBe(before);
});

it("no more than the timeout is waited for", async () => {
  const clock = new FakeClock();
  const network = new FakeNetwork({ clock, gatheringMs: 5000 });
  const a = new network.RTCPeerConnection();
  a.createDataChannel("x");
  await clock.settle(a.setLocalDescription());
  const before = clock.now();
  await clock.settle(gatheringDone(a, 1000, clock));
  expect(clock.now() - before).toBe(1000);
});
