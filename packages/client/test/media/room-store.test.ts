import { describe, expect, test, vi } from "vitest";
import type { PeerManager } from "../../src/index.js";
import { roomStore, type RoomSnapshot, type RoomStore } from "../../src/entries/store.js";
import { fakeStream } from "../../src/testing/index.js";
import { Lab } from "../membership/lab.js";

/**
 * A component with `useSyncExternalStore`, by React's rules: it renders a snapshot, subscribes afterwards, looks again
 * at once, and renders again whenever it is notified and the snapshot is another one.
 */
class Component {
  readonly rendered: RoomSnapshot<unknown>[] = [];
  readonly #store: RoomStore<unknown>;
  #unsubscribe: (() => void) | undefined;

  constructor(store: RoomStore<unknown>) {
    this.#store = store;
    this.#render();
  }

  mount(): void {
    this.#unsubscribe = this.#store.subscribe(this.#check);
    this.#check();
  }

  unmount(): void {
    this.#unsubscribe?.();
  }

  readonly #check = (): void => {
    if (!Object.is(this.#store.getSnapshot(), this.rendered.at(-1))) this.#render();
  };

  #render(): void {
    const snapshot = this.#store.getSnapshot();
    // React warns of a store whose snapshot is another one without a change.
    expect(this.#store.getSnapshot()).toBe(snapshot);
    this.rendered.push(snapshot);
  }
}

async function pair(lab: Lab): Promise<[PeerManager<never>, PeerManager<never>]> {
  const metadata: unknown = { name: "Ada" };
  const managers = [lab.manager({ metadata }, "ada"), lab.manager({}, "grace")] as const;
  for (const manager of managers) await lab.join(manager);
  return [...managers];
}

describe("the store of a room", () => {
  test("has everything that a page shows", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const camera = ada.publish(fakeStream("video"), { label: "camera" });
    camera.mute();
    await lab.clock.runOut();
    const [mine, hers] = [roomStore(ada).getSnapshot(), roomStore(grace).getSnapshot()];
    expect(mine).toMatchObject({ state: "joined", id: ada.id, room: "r", peers: [{ id: grace.id, tracks: [] }] });
    expect(mine.publications).toEqual([
      { publication: camera, label: "camera", state: "live", muted: true, tracks: camera.tracks },
    ]);
    expect(hers).toMatchObject({ publications: [], peers: [{ id: ada.id, metadata: { name: "Ada" } }] });
    expect(hers.peers[0]).toMatchObject({ state: "connected", presence: "online" });
    expect(hers.peers[0]?.tracks).toMatchObject([{ kind: "video", label: "camera", muted: true }]);
  });

  test("shows own metadata, and never what is rejected", async () => {
    const lab = new Lab();
    const [ada] = await pair(lab);
    const component = new Component(roomStore(ada));
    component.mount();
    await lab.clock.settle(ada.setMetadata({ name: "Lovelace" }));
    await lab.clock.runOut();
    expect(component.rendered.at(-1)).toMatchObject({ metadata: { name: "Lovelace" } });
    await expect(ada.setMetadata(() => undefined)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(component.rendered.at(-1)).toMatchObject({ metadata: { name: "Lovelace" } });
    component.unmount();
  });

  test("is frozen, and shares what has not changed", async () => {
    const lab = new Lab();
    const [ada, grace] = await pair(lab);
    const cleo = lab.manager({}, "cleo");
    await lab.join(cleo);
    const { getSnapshot, subscribe } = roomStore(ada);
    const stop = subscribe(() => undefined);
    const before = getSnapshot();
    const camera = ada.publish(fakeStream("audio"));
    await lab.clock.runOut();
    const published = getSnapshot();
    expect(published).not.toBe(before);
    expect(published.peers).toBe(before.peers);
    grace.publish(fakeStream("audio"));
    await lab.clock.runOut();
    const received = getSnapshot();
    expect(received.publications).toBe(published.publications);
    expect(received.peers.map((peer, at) => peer === published.peers[at])).toEqual([false, true]);
    camera.mute();
    camera.unmute();
    await lab.clock.runOut();
    expect(getSnapshot()).toBe(received);
    const frozen = [
      received,
      received.peers,
      received.peers[0],
      received.peers[0]?.tracks,
      received.peers[0]?.tracks[0],
    ];
    expect(frozen.every(Object.isFrozen)).toBe(true);
    expect([received.publications, received.publications[0]].every(Object.isFrozen)).toBe(true);
    stop();
  });

  test("changes only together with a notification, so that nothing rendered between disagrees", async () => {
    const lab = new Lab();
    const [ada] = await pair(lab);
    const store = roomStore(ada);
    const components = [new Component(store), new Component(store)];
    for (const component of components) component.mount();
    const before = store.getSnapshot();
    const camera = ada.publish(fakeStream("audio"));
    // The manager has changed, and nobody was notified yet.
    expect([ada.publications.length, store.getSnapshot()]).toEqual([1, before]);
    await lab.clock.runOut();
    camera.stop();
    await lab.clock.settle(ada.leave());
    await lab.clock.runOut();
    for (const { rendered } of components) {
      expect(rendered.at(-1)).toMatchObject({ state: "left", peers: [], publications: [] });
      expect(new Set(rendered).size).toBe(rendered.length);
    }
    expect(components[0]?.rendered).toEqual(components[1]?.rendered);
    for (const component of components) component.unmount();
  });

  test("shows what happened between rendering and subscribing", async () => {
    const lab = new Lab();
    const [ada] = await pair(lab);
    const component = new Component(roomStore(ada));
    ada.publish(fakeStream("audio"));
    component.mount();
    expect(component.rendered.map(({ publications }) => publications.length)).toEqual([0, 1]);
    component.unmount();
  });

  test("notifies nobody who has unsubscribed, not even of what happened before", async () => {
    const lab = new Lab();
    const [ada] = await pair(lab);
    const { subscribe } = roomStore(ada);
    const [kept, gone] = [vi.fn(), vi.fn()];
    const stopKept = subscribe(kept);
    const stop = subscribe(gone);
    ada.publish(fakeStream("audio"));
    stop();
    stop();
    await lab.clock.runOut();
    expect([kept.mock.calls.length, gone.mock.calls.length]).toEqual([1, 0]);
    stopKept();
    ada.publish(fakeStream("audio"));
    await lab.clock.runOut();
    expect(kept.mock.calls).toHaveLength(1);
  });

  test("survives React's StrictMode (mount, unmount, mount), and listens no more afterwards", async () => {
    const lab = new Lab();
    const [ada] = await pair(lab);
    const on = vi.spyOn(ada, "on");
    const store = roomStore(ada);
    const component = new Component(store);
    component.mount();
    component.unmount();
    component.mount();
    ada.publish(fakeStream("audio"));
    await lab.clock.runOut();
    expect(component.rendered.map(({ publications }) => publications.length)).toEqual([0, 1]);
    const calls = on.mock.results.length;
    component.unmount();
    component.unmount();
    ada.publish(fakeStream("audio"));
    await lab.clock.runOut();
    expect([component.rendered.length, on.mock.results.length]).toEqual([2, calls]);
    expect(store.getSnapshot().publications).toHaveLength(2);
  });

  test("one function that subscribes twice is notified twice, and one that throws keeps nobody from it", async () => {
    const lab = new Lab();
    const [ada] = await pair(lab);
    vi.stubGlobal("reportError", vi.fn());
    const { subscribe } = roomStore(ada);
    const listener = vi.fn();
    const stops = [
      subscribe(() => {
        throw new Error("from a component");
      }),
      subscribe(listener),
      subscribe(listener),
    ];
    ada.publish(fakeStream("audio"));
    await lab.clock.runOut();
    expect(listener.mock.calls).toHaveLength(2);
    stops[1]?.();
    ada.publish(fakeStream("audio"));
    await lab.clock.runOut();
    expect(listener.mock.calls).toHaveLength(3);
    for (const stop of stops) stop();
    vi.unstubAllGlobals();
  });

  test("renders on a server as a manager that has not joined", async () => {
    const lab = new Lab();
    const fresh = roomStore(lab.manager());
    expect(fresh.getSnapshot()).toEqual(fresh.getServerSnapshot());
    const [ada] = await pair(lab);
    const { getServerSnapshot } = roomStore(ada);
    expect(getServerSnapshot()).toBe(getServerSnapshot());
    expect(getServerSnapshot()).toMatchObject({ state: "idle", peers: [], publications: [] });
  });
});
