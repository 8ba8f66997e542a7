import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { join, settle, startNodes } from "./two-nodes.js";

describe("a node that dies", () => {
  it("leaves its members with a key away, and they may come back for their grace time", async () => {
    const { store, one, two } = startNodes({ graceMs: 30_000 });
    const [ada, legacy, bob] = [one.connect(), one.connect(), two.connect()];
    const key = newKey();
    const { id } = await join(ada, { key });
    const { id: idOfLegacy } = await join(legacy, {});
    await join(bob);
    const left: string[] = [];
    two.signaling.on("peerLeft", ({ peer, reason }) => left.push(`${peer.id} ${reason}`));
    store.kill("one", "two");
    await settle();
    expect(bob.received("presence")).toMatchObject([{ id, state: "away" }]);
    expect(bob.received("exit")).toMatchObject([{ from: idOfLegacy, reason: "lost" }]);
    expect(left).toEqual([`${idOfLegacy} lost`]);
    two.clock.advance(20_000);
    expect(await join(two.connect(), { key })).toMatchObject({ id, resumed: true });
    expect(bob.received("presence").at(-1)).toMatchObject({ id, state: "online" });
  });

  it("does not keep the members that the application kicks, whether they were adopted or not", async () => {
    const { store, one, two } = startNodes({ graceMs: 30_000 });
    const [ada, bob, eve] = [one.connect(), two.connect(), one.connect()];
    const [{ id }, { id: idOfEve }] = [await join(ada), await join(eve)];
    await join(bob);
    const left: string[] = [];
    two.signaling.on("peerLeft", ({ peer, reason }) => left.push(`${peer.id} ${reason}`));
    store.cut("one");
    const kicked = two.signaling.kick("r", id);
    await settle();
    expect(bob.received("exit"), "its node has a second").toEqual([]);
    two.clock.advance(1_000);
    expect(await kicked).toBe(true);
    await settle();
    expect(bob.received("exit")).toEqual([{ from: id, room: "r", reason: "kicked" }]);
    const kickedToo = two.signaling.kick("r", idOfEve);
    await settle();
    store.kill("one", "two");
    await settle();
    two.clock.advance(1_000);
    expect(await kickedToo).toBe(true);
    expect(bob.received("exit").at(-1)).toEqual({ from: idOfEve, room: "r", reason: "kicked" });
    expect(left).toEqual([`${id} kicked`, `${idOfEve} kicked`]);
  });

  it("has its members leave when their grace time ends, also where its adopter has nobody in the room", async () => {
    const { store, one, two } = startNodes({ graceMs: 30_000 });
    const { id } = await join(one.connect());
    const left: string[] = [];
    two.signaling.on("peerLeft", ({ peer }) => left.push(peer.id));
    store.kill("one", "two");
    await settle();
    expect(await two.signaling.peers("r")).toMatchObject([{ id, state: "away" }]);
    const { peers } = await join(two.connect());
    expect(peers).toMatchObject([{ id, state: "away" }]);
    two.clock.advance(31_000);
    await settle();
    expect(left).toEqual([id]);
    expect(await two.signaling.peers("r")).toHaveLength(1);
  });
});
