import type { SharedRoster } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { startMemoryService } from "./memory-service.js";
import { SharedStore } from "./shared-store.js";
import { heldBack, join, namesOf, settle, startNodes } from "./two-nodes.js";

describe("two nodes that share a roster", () => {
  it("let peers meet: one of two in `created`, the other by `joined`", async () => {
    const { one, two } = startNodes();
    const [ada, bob] = [one.connect(), two.connect()];
    const { id: idOfAda } = await join(ada, { key: newKey(), metadata: { name: "Ada" } });
    const reply = await join(bob, { key: newKey(), metadata: { name: "Bob" } });
    expect(reply.peers).toMatchObject([{ id: idOfAda, state: "online", metadata: { name: "Ada" } }]);
    expect(ada.received("joined")).toMatchObject([{ id: reply.id, metadata: { name: "Bob" } }]);
    expect(namesOf(bob)).toEqual(["created"]);
  });

  it("relay offers, answers, candidates and messages in order, and nothing to anybody else", async () => {
    const { one, two } = startNodes();
    const [ada, bob, eve] = [one.connect(), two.connect(), two.connect()];
    const { id: idOfAda } = await join(ada);
    const { id: idOfBob } = await join(bob);
    await join(eve);
    const candidate = { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1 1 udp 1 192.0.2.1 1 typ host" };
    await ada.call("offer", { room: "r", to: idOfBob, sdp: "v=0" });
    await ada.call("candidate", { room: "r", to: idOfBob, candidate });
    await ada.call("message", { room: "r", to: idOfBob, type: "chat", data: "hi" });
    await settle();
    expect(bob.log.slice(-3)).toMatchObject([
      ["offer", { from: idOfAda, sdp: "v=0" }],
      ["candidate", { from: idOfAda, candidate }],
      ["message", { from: idOfAda, data: "hi" }],
    ]);
    await bob.call("answer", { room: "r", to: idOfAda, sdp: "v=0" });
    await ada.call("message", { room: "r", type: "chat", data: "all" });
    await settle();
    expect(ada.received("answer")).toMatchObject([{ from: idOfBob }]);
    expect(namesOf(eve)).toEqual(["created", "message"]);
  });

  it("give a membership to the same key on another node, and the others see that it is back", async () => {
    const { one, two } = startNodes();
    const [ada, witness, again] = [one.connect(), one.connect(), two.connect()];
    const key = newKey();
    const { id } = await join(ada, { key });
    await join(witness);
    const reply = await join(again, { key });
    expect(reply).toMatchObject({ id, resumed: true, peers: [{ state: "online" }] });
    expect(ada.received("exit")).toMatchObject([{ from: id, reason: "replaced" }]);
    expect(witness.received("presence")).toMatchObject([{ id, state: "online" }]);
    expect(await ada.call("offer", { room: "r", to: id, sdp: "v=0" })).toMatchObject({ code: "NOT_IN_ROOM" });
    expect(await one.signaling.peers("r")).toHaveLength(2);
  });

  it("let a peer that is away come back on another node within its grace time", async () => {
    const { one, two } = startNodes();
    const [ada, witness, again] = [one.connect(), two.connect(), two.connect()];
    const key = newKey();
    const { id } = await join(ada, { key });
    await join(witness);
    ada.disconnect();
    await settle();
    expect(witness.received("presence")).toMatchObject([{ id, state: "away" }]);
    expect(await join(again, { key })).toMatchObject({ id, resumed: true });
    expect(witness.received("presence").at(-1)).toMatchObject({ id, state: "online" });
    // The grace time that began on the first node is over: nobody leaves.
    one.clock.advance(60_000);
    await settle();
    expect(witness.received("exit")).toEqual([]);
    expect(await two.signaling.peers("r")).toMatchObject([{ id, state: "online" }, { state: "online" }]);
  });

  it("notify legacy clients as one node does: of joins and exits, with the fields of the base protocol", async () => {
    const { one, two } = startNodes();
    const [legacy, ada] = [one.connect(), two.connect()];
    await join(legacy, {});
    const { id } = await join(ada);
    await ada.call("exit", { room: "r" });
    await settle();
    expect(legacy.log.slice(1)).toEqual([
      ["joined", { id, room: "r" }],
      ["exit", { from: id, room: "r" }],
    ]);
  });

  it("pass on metadata, attributes and the reason of an exit", async () => {
    const { one, two } = startNodes();
    const [ada, bob] = [one.connect(), two.connect()];
    const { id } = await join(ada);
    await join(bob);
    await ada.call("metadata", { room: "r", metadata: { hand: true } });
    await settle();
    expect(await two.signaling.setAttributes("r", id, { role: "host" })).toBe(true);
    await settle();
    expect(await two.signaling.kick("r", id, "Enough.")).toBe(true);
    await settle();
    expect(bob.log.slice(1)).toMatchObject([
      ["metadata", { id, metadata: { hand: true } }],
      ["attributes", { id, attributes: { role: "host" } }],
      ["exit", { from: id, reason: "kicked" }],
    ]);
    expect(ada.received("exit")).toMatchObject([{ reason: "kicked", message: "Enough." }]);
    expect(await one.signaling.kick("r", id)).toBe(false);
  });

  it("keep what a peer has set on one node while it joins on another", async () => {
    const store = new SharedStore();
    const { roster, goOn } = heldBack(store.node("two"), "find");
    const [one, two] = [startMemoryService({ roster: store.node("one") }), startMemoryService({ roster })];
    const [ada, witness, again] = [one.connect(), one.connect(), two.connect()];
    const key = newKey();
    const { id } = await join(ada, { key, metadata: "first" });
    await join(witness);
    const joining = again.join("r", { key });
    await settle();
    await ada.call("metadata", { room: "r", metadata: "second" });
    await settle();
    goOn();
    expect(await joining).toMatchObject({ ok: true });
    await settle();
    for (const { signaling } of [one, two])
      expect((await signaling.peers("r")).find((peer) => peer.id === id)).toMatchObject({ metadata: "second" });
    expect(witness.received("metadata").at(-1)).toMatchObject({ id, metadata: "second" });
  });

  it.each(["before", "right after"])(
    "take no membership over for a connection that ends %s the answer of the roster arrives",
    async (when) => {
      const store = new SharedStore();
      const { roster, goOn } = heldBack(store.node("two"), "find");
      const [one, two] = [startMemoryService({ roster: store.node("one") }), startMemoryService({ roster })];
      const [old, ada] = [two.connect(), one.connect()];
      const key = newKey();
      // The node was stopped while it asked, and the client has gone to another one.
      const joining = old.join("r", { key });
      await settle();
      const { id } = await join(ada, { key });
      if (when === "before") old.disconnect();
      goOn();
      if (when === "right after") setImmediate(() => old.disconnect());
      expect(await joining).toMatchObject({ ok: false });
      await settle();
      expect(namesOf(ada)).toEqual(["created"]);
      expect(await one.signaling.peers("r")).toMatchObject([{ id, state: "online" }]);
    },
  );

  it("kick a member that is about to come to the node on which it is kicked", async () => {
    const store = new SharedStore();
    const { roster, goOn } = heldBack(store.node("two"), "add");
    const [one, two] = [startMemoryService({ roster: store.node("one") }), startMemoryService({ roster })];
    const [ada, witness, again] = [one.connect(), one.connect(), two.connect()];
    const key = newKey();
    const { id } = await join(ada, { key });
    await join(witness);
    const left: string[] = [];
    for (const { signaling } of [one, two])
      signaling.on("peerLeft", ({ peer, reason }) => left.push(`${peer.id} ${reason}`));
    const joining = again.join("r", { key });
    await settle();
    const kicked = two.signaling.kick("r", id);
    await settle();
    goOn();
    expect(await joining).toMatchObject({ code: "KICKED" });
    expect(await kicked).toBe(true);
    await settle();
    expect(witness.received("exit")).toEqual([{ from: id, room: "r", reason: "kicked" }]);
    expect(left).toEqual([`${id} kicked`]);
    expect(await one.signaling.peers("r")).toHaveLength(1);
  });

  it("report once that a member has left which canceled its join on another node", async () => {
    const store = new SharedStore();
    const { roster, goOn } = heldBack(store.node("two"), "add");
    const [one, two] = [startMemoryService({ roster: store.node("one") }), startMemoryService({ roster })];
    const left: unknown[] = [];
    for (const { signaling } of [one, two])
      signaling.on("peerLeft", ({ peer, reason }) => left.push([peer.id, reason]));
    const [ada, witness, again] = [one.connect(), one.connect(), two.connect()];
    const key = newKey();
    const { id } = await join(ada, { key });
    await join(witness);
    const joining = again.join("r", { key });
    await settle();
    await again.call("exit", { room: "r" });
    goOn();
    expect(await joining).toMatchObject({ ok: false });
    await settle();
    expect(witness.received("exit")).toMatchObject([{ from: id, reason: "left" }]);
    expect(left).toEqual([[id, "left"]]);
    expect(two.signaling.metrics()["exits.left"]).toBe(1);
  });

  it("report a member as back that they did not know, and announce it to their own members", async () => {
    const { store, one, two } = startNodes();
    const reported: string[] = [];
    for (const event of ["peerJoined", "peerBack"] as const)
      two.signaling.on(event, ({ peer }) => reported.push(`${event} ${peer.id}`));
    const [witness, ada, again] = [two.connect(), one.connect(), two.connect()];
    const { id: idOfWitness } = await join(witness);
    const key = newKey();
    store.cut("two");
    const { id } = await join(ada, { key });
    expect(witness.received("joined")).toEqual([]);
    await join(again, { key });
    expect(witness.received("joined")).toMatchObject([{ id }]);
    expect(reported).toEqual([`peerJoined ${idOfWitness}`, `peerBack ${id}`]);
    expect(two.signaling.metrics()).toMatchObject({ joins: 1, returns: 1 });
  });

  it("report a member as joined that has left here, though the store does not know it yet", async () => {
    const roster = new SharedStore().node("two");
    let goOn = (): void => undefined;
    const removed = new Promise<void>((resolve) => (goOn = resolve));
    const late: SharedRoster = {
      ...roster,
      remove: async (...args) => {
        await removed;
        return roster.remove(...args);
      },
    };
    const service = startMemoryService({ roster: late });
    const reported: string[] = [];
    for (const event of ["peerJoined", "peerLeft", "peerBack"] as const)
      service.signaling.on(event, () => reported.push(event));
    const [ada, again] = [service.connect(), service.connect()];
    const key = newKey();
    await join(ada, { key });
    await ada.call("exit", { room: "r" });
    await join(again, { key });
    goOn();
    await settle();
    expect(reported).toEqual(["peerJoined", "peerLeft", "peerJoined"]);
    expect(await service.signaling.peers("r")).toHaveLength(1);
  });

  it("kick a member that has gone to another node before it was banned", async () => {
    const store = new SharedStore();
    const roster = store.node("two");
    let goOn = (): void => undefined;
    const reached = new Promise<void>((resolve) => (goOn = resolve));
    const late: SharedRoster = {
      ...roster,
      ban: async (...args) => {
        await reached;
        return roster.ban(...args);
      },
    };
    const one = startMemoryService({ roster: store.node("one") });
    const two = startMemoryService({ roster: late });
    const [ada, witness, again] = [two.connect(), one.connect(), one.connect()];
    const key = newKey();
    await join(witness);
    const { id } = await join(ada, { key });
    const kicked = two.signaling.kick("r", id);
    await settle();
    expect(ada.received("exit")).toMatchObject([{ from: id, reason: "kicked" }]);
    await join(again, { key });
    goOn();
    expect(await kicked).toBe(true);
    expect(again.received("exit")).toMatchObject([{ from: id, reason: "kicked" }]);
    expect(await one.signaling.peers("r")).toHaveLength(1);
    expect(await again.join("r", { key })).toMatchObject({ code: "KICKED" });
  });

  it("keep back what is sent to a newcomer that its own node does not know yet", async () => {
    const store = new SharedStore();
    const { roster, goOn } = heldBack(store.node("two"), "add");
    const [one, two] = [startMemoryService({ roster: store.node("one") }), startMemoryService({ roster })];
    const [ada, bob] = [one.connect(), two.connect()];
    await join(ada);
    const joining = bob.join("r");
    await settle();
    const [{ id } = { id: "" }] = ada.received("joined");
    await ada.call("offer", { room: "r", to: id, sdp: "v=0" });
    await settle();
    expect(bob.log).toEqual([]);
    goOn();
    expect(await joining).toMatchObject({ ok: true, id });
    expect(namesOf(bob)).toEqual(["created", "offer"]);
  });

  it("F52: drop what the other one relays to a member that has left, as it does not know yet", async () => {
    const { store, one, two } = startNodes();
    const [ada, bob] = [one.connect(), two.connect()];
    const { id } = await join(ada);
    await join(bob);
    store.cut("two");
    const relayed = async (): Promise<unknown> => {
      const reply = await bob.call("offer", { room: "r", to: id, sdp: "v=0" });
      await settle();
      return reply;
    };
    expect(await relayed()).toMatchObject({ ok: true });
    expect(ada.received("offer")).toHaveLength(1);
    await ada.call("exit", { room: "r" });
    await relayed();
    expect(ada.received("offer")).toHaveLength(1);
  });

  it("remove a member that another node has kicked in the store", async () => {
    const { store, one } = startNodes();
    const [ada, bob] = [one.connect(), one.connect()];
    const { id } = await join(ada);
    await join(bob);
    await store.node("two").remove("r", id, ada.id, "kicked");
    await settle();
    expect(ada.received("exit")).toMatchObject([{ reason: "kicked" }]);
    expect(bob.received("exit")).toMatchObject([{ from: id, reason: "kicked" }]);
  });

  it("let a member come back that the store has lost, unless it is banned", async () => {
    const { store, one } = startNodes();
    const [ada, bob] = [one.connect(), one.connect()];
    const [key, keyOfBob] = [newKey(), newKey()];
    const { id } = await join(ada, { key });
    const { id: idOfBob } = await join(bob, { key: keyOfBob });
    store.cut("one");
    await store.node("two").remove("r", id, ada.id, "kicked");
    await store.node("two").remove("r", idOfBob, bob.id, "kicked");
    await store.node("two").ban("r", idOfBob, 60_000);
    store.restore("one");
    await settle();
    expect(ada.received("exit")[0]).toMatchObject({ from: id, reason: "closed" });
    expect(bob.received("exit").at(-1)).toMatchObject({ from: idOfBob, reason: "closed" });
    expect(await ada.join("r", { key })).toMatchObject({ ok: true, id });
    expect(await bob.join("r", { key: keyOfBob })).toMatchObject({ code: "KICKED", retryable: false });
  });

  it("kick and ban a user on all nodes", async () => {
    const { one, two } = startNodes({ authorize: ({ token }) => ({ user: token ?? "nobody" }) });
    const [ada, alsoAda, bob] = [one.connect(), two.connect(), two.connect()];
    await join(ada, { key: newKey(), token: "ada" });
    await join(alsoAda, { key: newKey(), token: "ada" });
    await join(bob, { key: newKey(), token: "bob" });
    expect(await one.signaling.kick("r", { user: "ada" })).toBe(2);
    await settle();
    expect(bob.received("exit")).toHaveLength(2);
    expect(await two.connect().join("r", { key: newKey(), token: "ada" })).toMatchObject({ code: "KICKED" });
  });

  it("send what the application sends to members of every node, also from a node that has none", async () => {
    const { store, one, two } = startNodes();
    const three = startMemoryService({ roster: store.node("three") });
    const [ada, bob] = [one.connect(), two.connect()];
    await join(ada);
    const { id: idOfBob } = await join(bob);
    three.signaling.send("r", "notice", "for all");
    await settle();
    one.signaling.send("r", "notice", "for bob", idOfBob);
    await settle();
    expect(ada.received("message").map(({ data }) => data)).toEqual(["for all"]);
    expect(bob.received("message").map(({ data }) => data)).toEqual(["for all", "for bob"]);
  });

  it("count the places of a room together", async () => {
    const { one, two } = startNodes({ maxPeersPerRoom: 2 });
    await join(one.connect());
    await join(two.connect());
    expect(await one.connect().join("r")).toMatchObject({ code: "ROOM_FULL" });
  });

  it("keep nothing of a room whose members are all on the other node", async () => {
    const { one, two } = startNodes();
    const [ada, bob] = [one.connect(), two.connect()];
    const { id } = await join(ada);
    const { id: idOfBob } = await join(bob);
    await ada.call("exit", { room: "r" });
    await settle();
    expect(await one.signaling.peers("r")).toMatchObject([{ id: idOfBob }]);
    await bob.call("metadata", { room: "r", metadata: 1 });
    await settle();
    const back = await join(one.connect());
    expect(back.peers).toMatchObject([{ id: idOfBob, metadata: 1 }]);
    expect(bob.received("exit")).toMatchObject([{ from: id }]);
  });

  it("close one after the other: its members leave the others", async () => {
    const { one, two } = startNodes();
    const [ada, bob] = [one.connect(), two.connect()];
    const { id } = await join(ada);
    await join(bob);
    await one.signaling.close();
    await settle();
    expect(bob.received("exit")).toMatchObject([{ from: id, reason: "closed" }]);
    expect(await two.signaling.peers("r")).toHaveLength(1);
  });
});
