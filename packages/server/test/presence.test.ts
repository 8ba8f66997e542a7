import { describe, expect, it } from "vitest";
import { barrier, newKey, transports } from "./client.js";
import { FakeClock } from "./fake-clock.js";
import { startServer, until } from "./harness.js";

/** Long enough that it never ends during a test. */
const longGrace = 60_000;

describe.each(transports)("presence over %s", (transport) => {
  it("a peer with a key whose connection is lost is away, and its return is neither exit nor join", async () => {
    const { connect, signaling } = await startServer({ graceMs: longGrace });
    const [witness, first, legacy] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key, metadata: 1 });
    await legacy.join("r");
    await witness.roundTrip();
    witness.clearLog();
    legacy.clearLog();

    first.close();
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "away" });
    expect(await signaling.peers("r")).toContainEqual(
      expect.objectContaining({ id, keyed: true, state: "away", metadata: 1 }),
    );
    const again = await connect(transport);
    const created = await again.join("r", { key });
    expect(created).toMatchObject({ id, resumed: true });
    expect(created.peers).toHaveLength(2);
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "online" });
    await barrier(again, witness, legacy);
    expect(witness.log.map(({ event }) => event)).toEqual(["presence", "presence"]);
    expect(legacy.log, "a legacy client receives no presence").toEqual([]);
    expect(await signaling.peers("r")).toContainEqual(
      expect.objectContaining({ id, keyed: true, state: "online", metadata: 1, socketId: again.socketId }),
    );
  });

  it("a peer that stays away longer than its grace time leaves as lost, and the empty room is forgotten", async () => {
    const clock = new FakeClock();
    const { connect, signaling } = await startServer({ graceMs: longGrace, clock });
    const [witness, first] = [await connect(transport), await connect(transport)];
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key: newKey() });
    first.close();
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "away" });
    clock.advance(longGrace);
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "lost" });
    witness.close();
    await until("the last member is away", async () => (await signaling.peers("r"))[0]?.state === "away");
    clock.advance(longGrace);
    await until("the room is forgotten", async () => (await signaling.rooms()).length === 0);
  });

  it("a room is not forgotten while its only member is away", async () => {
    const { connect, signaling } = await startServer({ graceMs: longGrace });
    const first = await connect(transport);
    const key = newKey();
    await first.join("r", { key });
    first.close();
    await until("it is away", async () => (await signaling.peers("r"))[0]?.state === "away");
    expect(await signaling.rooms()).toEqual([{ name: "r", peers: 1 }]);
    const again = await connect(transport);
    expect(await again.join("r", { key })).toMatchObject({ resumed: true });
  });

  it("without grace time a peer with a key leaves at once", async () => {
    const { connect } = await startServer({ graceMs: 0 });
    const [witness, first] = [await connect(transport), await connect(transport)];
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key: newKey() });
    first.close();
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "lost" });
    expect(witness.received("presence")).toEqual([]);
  });

  it("a legacy client leaves at once when its connection is lost", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [witness, legacyWitness, first] = [
      await connect(transport),
      await connect(transport),
      await connect(transport),
    ];
    await witness.join("r", { key: newKey() });
    await legacyWitness.join("r");
    const { id } = await first.join("r");
    first.close();
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "lost" });
    expect(await legacyWitness.next("exit")).toEqual({ from: id, room: "r" });
    expect(witness.received("presence")).toEqual([]);
  });

  it("an exit is immediate for both kinds of peer", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [witness, keyed, legacy] = [await connect(transport), await connect(transport), await connect(transport)];
    await witness.join("r", { key: newKey() });
    const { id } = await keyed.join("r", { key: newKey() });
    await legacy.join("r");
    keyed.emit("exit", { room: "r" });
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "left" });
    expect(await legacy.next("exit")).toEqual({ from: id, room: "r" });
    legacy.emit("exit", { room: "r", from: legacy.socketId });
    expect(await witness.next("exit")).toEqual({ from: legacy.socketId, room: "r", reason: "left" });
  });

  it("a peer that sent `leaving` has left when its connection ends, and nobody is notified before", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [witness, keyed, legacyWitness] = [
      await connect(transport),
      await connect(transport),
      await connect(transport),
    ];
    await witness.join("r", { key: newKey() });
    const { id } = await keyed.join("r", { key: newKey() });
    await legacyWitness.join("r");
    await barrier(keyed, witness, legacyWitness);
    witness.clearLog();
    expect(await keyed.call("leaving", { room: "r" })).toEqual({ ok: true });
    await barrier(keyed, witness, legacyWitness);
    expect(witness.log).toEqual([]);
    keyed.close();
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "left" });
    expect(await legacyWitness.next("exit")).toEqual({ from: id, room: "r" });
    expect(witness.received("presence")).toEqual([]);
  });

  it("a peer that sent `leaving` and then joined again is away when its connection ends", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [witness, keyed] = [await connect(transport), await connect(transport)];
    const key = newKey();
    await witness.join("r", { key: newKey() });
    const { id } = await keyed.join("r", { key });
    await keyed.call("leaving", { room: "r" });
    await keyed.join("r", { key });
    keyed.close();
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "away" });
  });

  it("a peer that sent `leaving` and stayed for ten seconds is away when its connection ends", async () => {
    const clock = new FakeClock();
    const { connect } = await startServer({ graceMs: longGrace, clock });
    const [witness, keyed] = [await connect(transport), await connect(transport)];
    await witness.join("r", { key: newKey() });
    const { id } = await keyed.join("r", { key: newKey() });
    await keyed.call("leaving", { room: "r" });
    clock.advance(10_000);
    keyed.close();
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "away" });
  });

  it("`leaving` for a room that the socket is not in changes nothing", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [inside, outside] = [await connect(transport), await connect(transport)];
    await inside.join("r", { key: newKey() });
    outside.emit("leaving", { room: "r" });
    await barrier(outside, inside);
    expect([outside.received("rejected"), inside.received("presence", "exit")]).toEqual([[], []]);
  });

  it("a legacy client that joins while a peer is away is notified of it when it is back", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [keyed, before, after] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    const { id } = await keyed.join("r", { key });
    await before.join("r");
    const witness = await connect(transport);
    await witness.join("r", { key: newKey() });
    keyed.close();
    await witness.next("presence");
    expect((await after.join("r")).peers.map((peer) => peer.id)).not.toContain(id);
    const late = await connect(transport);
    expect((await late.join("r", { key: newKey() })).peers).toContainEqual({ id, state: "away" });
    await barrier(late, before, after);
    before.clearLog();
    after.clearLog();

    const again = await connect(transport);
    await again.join("r", { key });
    expect(await after.next("joined")).toEqual({ id, room: "r" });
    await barrier(again, before, after);
    expect(before.log, "it never left, for those that knew it").toEqual([]);
    expect(after.log).toHaveLength(1);
  });

  it("a peer that never comes back brings no exit to legacy clients that were never notified of it", async () => {
    const clock = new FakeClock();
    const { connect } = await startServer({ graceMs: longGrace, clock });
    const [keyed, before, after, witness] = [
      await connect(transport),
      await connect(transport),
      await connect(transport),
      await connect(transport),
    ];
    const { id } = await keyed.join("r", { key: newKey() });
    await before.join("r");
    await witness.join("r", { key: newKey() });
    keyed.close();
    await witness.next("presence");
    await after.join("r");
    clock.advance(longGrace);
    expect(await before.next("exit")).toEqual({ from: id, room: "r" });
    await barrier(witness, after);
    expect(after.received("exit")).toEqual([]);
  });

  it("a legacy client that joined while a peer was away receives its exit after its return", async () => {
    const clock = new FakeClock();
    const { connect } = await startServer({ graceMs: longGrace, clock });
    const [keyed, legacy] = [await connect(transport), await connect(transport)];
    const witness = await connect(transport);
    await witness.join("r", { key: newKey() });
    const key = newKey();
    const { id } = await keyed.join("r", { key });
    keyed.close();
    await witness.next("presence");
    await legacy.join("r");
    const again = await connect(transport);
    await again.join("r", { key });
    await legacy.next("joined");
    again.close();
    await witness.next("presence", ({ state }) => state === "away");
    clock.advance(longGrace);
    expect(await legacy.next("exit")).toEqual({ from: id, room: "r" });
  });

  it("a peer that came back in time is not lost when its grace time would have ended", async () => {
    const clock = new FakeClock();
    const { connect } = await startServer({ graceMs: longGrace, clock });
    const [witness, returns, stays] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    await witness.join("r", { key: newKey() });
    const { id } = await returns.join("r", { key });
    const { id: lostId } = await stays.join("r", { key: newKey() });
    returns.close();
    await witness.next("presence");
    const again = await connect(transport);
    await again.join("r", { key });
    stays.close();
    await witness.next("presence", ({ id: awayId }) => awayId === lostId);
    clock.advance(longGrace);
    expect(await witness.next("exit")).toEqual({ from: lostId, room: "r", reason: "lost" });
    await barrier(again, witness);
    expect(witness.received("exit")).toHaveLength(1);
    expect(again.received("exit").map(([, payload]) => (payload as { from: string }).from)).not.toContain(id);
  });

  it("changed metadata of a returning peer reaches those with a key", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [witness, first] = [await connect(transport), await connect(transport)];
    const key = newKey();
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key, metadata: { name: "Ada" } });
    first.close();
    await witness.next("presence");
    const again = await connect(transport);
    await again.join("r", { key, metadata: { name: "Eve" } });
    expect(await witness.next("metadata")).toEqual({ id, room: "r", metadata: { name: "Eve" } });
  });
});
