import { describe, expect, it, onTestFinished, vi } from "vitest";
import { newKey } from "./client.js";
import { connectTo, startIo, startServer } from "./harness.js";
import { type MemorySocket, settled, startMemoryService } from "./memory-service.js";
import { SharedStore } from "./shared-store.js";
import { heldBack, join, settle, startNodes } from "./two-nodes.js";
import { attachSignaling, type DrainOptions } from "@sig/server";

const drains = (): { key: string; features: string[] } => ({ key: newKey(), features: ["drain"] });

describe("a node that is drained", () => {
  it("rejects newcomers and returns, and closes their connections within a second", async () => {
    const { signaling, clock, connect } = startMemoryService();
    const [ada, again, bob] = [connect(), connect(), connect()];
    const key = newKey();
    await ada.join("r", { key });
    expect(signaling.draining).toBe(false);
    void signaling.drain({ withinMs: 1_000_000 });
    expect(signaling.draining).toBe(true);
    const rejected = { ok: false, code: "CLOSING", retryable: true };
    expect(await bob.join("r")).toMatchObject(rejected);
    expect(await again.join("r", { key })).toMatchObject(rejected);
    expect(await bob.join("other", {})).toMatchObject(rejected);
    expect([bob.connected, again.connected]).toEqual([true, true]);
    clock.advance(1000);
    expect([bob.connected, again.connected]).toEqual([false, false]);
    expect(ada.received("exit")).toEqual([]);
  });

  it("lets a member renew its membership over the connection that it has", async () => {
    const { signaling, connect } = startMemoryService();
    const ada = connect();
    const key = newKey();
    await ada.join("r", { key });
    void signaling.drain();
    expect(await ada.join("r", { key, metadata: "new" })).toMatchObject({ ok: true, resumed: true });
    expect(await ada.join("other", { key })).toMatchObject({ code: "CLOSING" });
    expect(await ada.join("r")).toMatchObject({ code: "CLOSING" });
  });

  it("rejects the joins that wait for the application", async () => {
    const { signaling, clock, connect } = startMemoryService({
      authorize: ({ reason }) => (reason === "join" ? new Promise<boolean>(() => undefined) : true),
    });
    const guest = connect();
    const answer = guest.join("r");
    void signaling.drain();
    expect(await answer).toMatchObject({ code: "CLOSING", retryable: true });
    clock.advance(15_000);
    expect(guest.connected).toBe(false);
  });

  it("asks each client that has the feature to move, at a time of its own in the first half", async () => {
    const { signaling, clock, connect } = startMemoryService({ maxPeersPerRoom: 200 });
    const sockets = Array.from({ length: 100 }, () => connect());
    for (const socket of sockets) await socket.join("r", drains());
    void signaling.drain({ withinMs: 40_000 });
    const notified = (): number => sockets.filter((socket) => socket.received("drain").length === 1).length;
    const counts = Array.from({ length: 4 }, () => {
      clock.advance(5_000);
      return notified();
    });
    expect(counts[3]).toBe(100);
    // Of a hundred random times at least one is in each quarter, but for one case in 10^12.
    expect(new Set([0, ...counts]).size).toBe(5);
    expect(sockets[0]!.received("drain")).toEqual([{ room: "r", withinMs: 10_000 }]);
  });

  it("notifies a client once, however many rooms it is in", async () => {
    const { signaling, clock, connect } = startMemoryService();
    const ada = connect();
    for (const room of ["r", "q"]) await ada.join(room, drains());
    void signaling.drain({ withinMs: 40_000 });
    clock.advance(20_000);
    expect(ada.received("drain")).toHaveLength(1);
  });

  it("closes the connection of a client that does not move, and says so to the application", async () => {
    const { signaling, clock, connect } = startMemoryService();
    const events: unknown[] = [];
    signaling.on("peerAway", ({ reason }) => events.push(["away", reason]));
    signaling.on("peerLeft", ({ reason }) => events.push(["left", reason]));
    signaling.on("cutOff", ({ reason }) => events.push(["cutOff", reason]));
    const closed: string[] = [];
    const socket: MemorySocket = connect({
      conn: {
        close: () => {
          closed.push("close");
          socket.disconnect();
        },
      },
    });
    await socket.join("r", drains());
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    onTestFinished(() => void vi.restoreAllMocks());
    void signaling.drain({ withinMs: 40_000 });
    clock.advance(9_999);
    expect(socket.received("drain")).toEqual([]);
    clock.advance(1);
    expect(socket.received("drain")).toHaveLength(1);
    clock.advance(9_999);
    expect(closed).toEqual([]);
    clock.advance(1);
    expect(closed).toEqual(["close"]);
    expect(events).toEqual([
      ["cutOff", "drain"],
      ["away", "drain"],
    ]);
  });

  it("closes the connections of clients without the feature instead; legacy clients leave", async () => {
    const { signaling, clock, connect } = startMemoryService();
    const [keyed, legacy, other] = [connect(), connect(), connect()];
    const events: unknown[] = [];
    await keyed.join("r");
    await legacy.join("r", {});
    signaling.on("peerAway", ({ reason }) => events.push(["away", reason]));
    signaling.on("peerLeft", ({ reason }) => events.push(["left", reason]));
    void signaling.drain({ withinMs: 40_000 });
    clock.advance(20_000);
    expect([keyed.connected, legacy.connected]).toEqual([false, false]);
    expect([...keyed.received("drain"), ...legacy.received("drain")]).toEqual([]);
    expect(events.sort()).toEqual([
      ["away", "drain"],
      ["left", "lost"],
    ]);
    expect(other.connected, "a socket of the application alone").toBe(true);
  });

  it("resolves when its last member has left, and says how many remain when its time is over", async () => {
    const [first, second] = [startMemoryService(), startMemoryService()];
    const [ada, bob] = [first.connect(), second.connect()];
    for (const socket of [ada, bob]) await socket.join("r", drains());
    let result: unknown;
    void first.signaling.drain().then((drained) => (result = drained));
    await settled();
    expect(result).toBeUndefined();
    await ada.call("exit", { room: "r" });
    await settled();
    expect(result).toEqual({ remaining: 0 });
    expect(await ada.join("r")).toMatchObject({ code: "CLOSING" });

    const drained = second.signaling.drain({ withinMs: 1000 });
    const again = second.signaling.drain({ withinMs: 50 });
    second.clock.advance(999);
    await settled();
    expect(await Promise.race([drained, settled().then(() => "not yet")])).toBe("not yet");
    second.clock.advance(1);
    expect(await drained).toEqual({ remaining: 1 });
    expect(await again).toEqual({ remaining: 1 });
  });

  it("has nothing to do without members, and after it was closed", async () => {
    const { signaling, connect } = startMemoryService();
    connect();
    expect(await signaling.drain()).toEqual({ remaining: 0 });
    const closed = startMemoryService().signaling;
    await closed.close();
    expect(await closed.drain()).toEqual({ remaining: 0 });
    expect(closed.draining).toBe(false);
  });

  it("may be closed at any time: members in memory leave, and no timer remains", async () => {
    const { signaling, clock, connect } = startMemoryService();
    const [ada, bob] = [connect(), connect()];
    await ada.join("r", drains());
    await bob.join("r");
    const drained = signaling.drain();
    await signaling.close();
    expect(await drained).toEqual({ remaining: 2 });
    expect(ada.received("exit").at(-1)).toMatchObject({ reason: "closed" });
    expect(clock.pending).toBe(0);
  });

  it.each([[{ withinMs: -1 }], [{ withinMs: 0.5 }], [{ withinMs: 3_600_001 }], [{ within: 1 } as DrainOptions]])(
    "rejects invalid options: %j",
    async (options: DrainOptions) => {
      const { signaling } = startMemoryService();
      await expect(signaling.drain(options)).rejects.toThrow(TypeError);
      expect(signaling.draining).toBe(false);
    },
  );
});

describe("of two nodes that share a roster, one that is drained", () => {
  it("F10: gives its members to the other one, and nobody sees an exit or a join", async () => {
    const { one, two } = startNodes();
    const [ada, bob, witness] = [one.connect(), one.connect(), two.connect()];
    const [adas, bobs] = [drains(), { key: newKey() }];
    const { id } = await join(ada, adas);
    await join(bob, bobs);
    await join(witness);
    witness.log.length = 0;
    const drained = one.signaling.drain({ withinMs: 40_000 });
    one.clock.advance(20_000);
    expect(ada.received("drain")).toHaveLength(1);
    expect(bob.connected).toBe(false);
    await settle();
    const [adaAgain, bobAgain] = [two.connect(), two.connect()];
    expect(await join(adaAgain, adas)).toMatchObject({ id, resumed: true });
    expect(await join(bobAgain, bobs)).toMatchObject({ resumed: true });
    expect(await drained).toEqual({ remaining: 0 });
    await one.signaling.close();
    await settle();
    expect(new Set(witness.log.map(([event]) => event))).toEqual(new Set(["presence"]));
    const states = (await two.signaling.peers("r")).map(({ state }) => state);
    expect(states).toEqual(["online", "online", "online"]);
  });

  it("F10: leaves a member away that was about to come back to it", async () => {
    const store = new SharedStore();
    const { roster, goOn } = heldBack(store.node("two"), "add");
    const [one, two] = [startMemoryService({ roster: store.node("one") }), startMemoryService({ roster })];
    const [ada, witness, again] = [one.connect(), one.connect(), two.connect()];
    const adas = drains();
    const { id } = await join(ada, adas);
    await join(witness);
    ada.disconnect();
    const returning = again.join("r", adas);
    await settle();
    void two.signaling.drain();
    expect(await returning).toMatchObject({ code: "CLOSING", retryable: true });
    goOn();
    await settle();
    expect(await join(one.connect(), adas)).toMatchObject({ id, resumed: true });
    expect(witness.received("exit")).toEqual([]);
  });

  it("F10: leaves those that have not come back to the others: away, with their grace time", async () => {
    const { store, one, two } = startNodes({ graceMs: 30_000 });
    const [ada, legacy, witness] = [one.connect(), one.connect(), two.connect()];
    const adas = drains();
    const { id } = await join(ada, adas);
    const { id: idOfLegacy } = await join(legacy, {});
    await join(witness);
    witness.log.length = 0;
    const drained = one.signaling.drain();
    await one.signaling.close();
    expect(await drained).toEqual({ remaining: 2 });
    await settle();
    expect(ada.connected).toBe(false);
    expect(ada.received("exit")).toEqual([]);
    expect(witness.log).toHaveLength(2);
    expect(witness.received("presence")).toMatchObject([{ id, state: "away" }]);
    expect(witness.received("exit")).toMatchObject([{ from: idOfLegacy }]);
    // Nothing that the closed node still has may end the membership.
    one.clock.advance(60_000);
    store.kill("one", "two");
    await settle();
    two.clock.advance(29_999);
    expect(await join(two.connect(), adas)).toMatchObject({ id, resumed: true });
    two.clock.advance(60_000);
    await settle();
    expect(witness.received("exit")).toHaveLength(1);
  });
});

describe("over Socket.IO, a drain", () => {
  it.each(["websocket", "polling"] as const)("closes connections, so that clients return: %s", async (transport) => {
    const { io, signaling, url } = await startServer();
    io.of("/chat");
    const client = await connectTo(url, transport);
    await client.join("r", { key: newKey() });
    const reason = new Promise((resolve) => client.socket.once("disconnect", resolve));
    void signaling.drain({ withinMs: 10 });
    // "io server disconnect" would be final for Socket.IO.
    expect(await reason).toBe("transport close");
  });

  it("concerns each child of a parent namespace, one that is made later as well", async () => {
    const { io, url } = await startIo();
    const signaling = attachSignaling(io.of(/^\/tenant-\d$/));
    const [ada, other] = [await connectTo(url, "websocket", { namespace: "/tenant-1" }), "/tenant-2"];
    await ada.join("r", { key: newKey() });
    await expect(signaling.drain({ withinMs: -1 })).rejects.toThrow(TypeError);
    expect(signaling.draining).toBe(false);
    const drained = signaling.drain({ withinMs: 3_600_000 });
    expect(signaling.draining).toBe(true);
    const bob = await connectTo(url, "websocket", { namespace: other });
    expect(await bob.call("createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({ code: "CLOSING" });
    ada.emit("exit", { room: "r" });
    expect(await drained).toEqual({ remaining: 0 });
    await signaling.close();
  });
});
