import { isReactive, reactive, ref, toRaw } from "@vue/reactivity";
import { afterEach, expect, it, vi } from "vitest";
import type { Peer, PeerManager, Publication } from "@sig/client";
import { fakeTrack } from "@sig/client/testing";
import { Lab } from "./support/lab.js";

const lab = new Lab();

afterEach(() => lab.close());

/** Vue and Alpine wrap what an application keeps in its state in a proxy, and call methods on that. */
it("manager, peers and publications work out of the reactive state of Vue", async () => {
  await lab.serve();
  const state = reactive<{ manager: unknown; peers: unknown[]; publication: unknown }>({
    manager: undefined,
    peers: [],
    publication: undefined,
  });
  const [own, other] = [lab.manage(), lab.manage()];
  state.manager = own;
  const manager = state.manager as PeerManager;
  manager.on("peerJoined", (peer) => state.peers.push(peer));
  await manager.join("room");
  await other.join("room");
  await vi.waitFor(() => expect(state.peers).toHaveLength(1), { timeout: 8000 });
  const peer = state.peers[0] as Peer;
  expect([manager.id, peer.id, isReactive(state.peers)]).toEqual([own.id, other.id, true]);
  peer.send("chat", "hello");
  expect(await peer.explain()).not.toEqual([]);
  expect(ref(peer).value).toBe(toRaw(peer));
  state.publication = manager.publish(fakeTrack("audio"));
  const publication = state.publication as Publication;
  publication.mute();
  expect(publication.muted).toBe(true);
  publication.stop();
  await manager.leave();
});
