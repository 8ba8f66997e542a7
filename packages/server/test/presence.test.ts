import { describe, expect, it, vi } from "vitest";
import { barrier, newKey, transports } from "./client.js";
import { startServer, until } from "./harness.js";

/** Long enough that a test never meets its end by chance. */
const longGrace = 60_000;
/** Long enough that a few messages go back and forth before it ends. */
const shortGrace = 1_500;

describe.each(transports)("presence over %s", (transport) => {
  it("a peer with a key that drops is away, and coming back is neither exit nor join", async () => {
    const { connect, signaling } = await startServer({ graceMs: longGrace });
    const [witness, first, seed] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key, metadata: 1 });
    await seed.join("r");
    await witness.roundTrip();
    witness.forget();
    seed.forget();

    first.close();
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "away" });
    expect(await signaling.peers("r")).toContainEqual({ id, keyed: true, state: "away", metadata: 1 });
    const again = await connect(transport);
    const created = await again.join("r", { key });
    expect(created).toMatchObject({ id, resumed: true });
    expect(created.peers).toHaveLength(2);
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "online" });
    await barrier(again, witness, seed);
    expect(witness.log.map(({ event }) => event)).toEqual(["presence", "presence"]);
    expect(seed.log, "a peer of the seed protocol knows nothing of presence").toEqual([]);
    expect(await signaling.peers("r")).toContainEqual({ id, keyed: true, state: "online", metadata: 1 });
  });

  it("a peer that stays away longer than its grace leaves as lost, and the empty room is forgotten", async () => {
    const { connect, signaling } = await startServer({ graceMs: 60 });
    const [witness, first] = [await connect(transport), await connect(transport)];
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key: newKey() });
    first.close();
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "away" });
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "lost" });
    witness.close();
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

  it("without grace a peer with a key leaves at once", async () => {
    const { connect } = await startServer({ graceMs: 0 });
    const [witness, first] = [await connect(transport), await connect(transport)];
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key: newKey() });
    first.close();
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "lost" });
    expect(witness.heard("presence")).toEqual([]);
  });

  it("a peer without a key leaves at once when its connection drops", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [witness, seedWitness, first] = [
      await connect(transport),
      await connect(transport),
      await connect(transport),
    ];
    await witness.join("r", { key: newKey() });
    await seedWitness.join("r");
    const { id } = await first.join("r");
    first.close();
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "lost" });
    expect(await seedWitness.next("exit")).toEqual({ from: id, room: "r" });
    expect(witness.heard("presence")).toEqual([]);
  });

  it("an exit is immediate for both kinds of peer", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [witness, keyed, seed] = [await connect(transport), await connect(transport), await connect(transport)];
    await witness.join("r", { key: newKey() });
    const { id } = await keyed.join("r", { key: newKey() });
    await seed.join("r");
    keyed.emit("exit", { room: "r" });
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "left" });
    expect(await seed.next("exit")).toEqual({ from: id, room: "r" });
    seed.emit("exit", { room: "r", from: seed.socketId });
    expect(await witness.next("exit")).toEqual({ from: seed.socketId, room: "r", reason: "left" });
  });

  it("a peer that said it may be leaving has left when its connection ends, and is told of to nobody before", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [witness, keyed, seedWitness] = [
      await connect(transport),
      await connect(transport),
      await connect(transport),
    ];
    await witness.join("r", { key: newKey() });
    const { id } = await keyed.join("r", { key: newKey() });
    await seedWitness.join("r");
    await barrier(keyed, witness, seedWitness);
    witness.forget();
    expect(await keyed.call("leaving", { room: "r" })).toEqual({ ok: true });
    await barrier(keyed, witness, seedWitness);
    expect(witness.log).toEqual([]);
    keyed.close();
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "left" });
    expect(await seedWitness.next("exit")).toEqual({ from: id, room: "r" });
    expect(witness.heard("presence")).toEqual([]);
  });

  it("a peer that said it may be leaving and then joins again is away when its connection ends", async () => {
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

  it("a peer that said it may be leaving and stayed for ten seconds is away when its connection ends", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [witness, keyed] = [await connect(transport), await connect(transport)];
    await witness.join("r", { key: newKey() });
    const { id } = await keyed.join("r", { key: newKey() });
    const now = vi.spyOn(performance, "now");
    try {
      await keyed.call("leaving", { room: "r" });
      const then = performance.now();
      now.mockReturnValue(then + 10_000);
      keyed.close();
      expect(await witness.next("presence")).toEqual({ id, room: "r", state: "away" });
    } finally {
      now.mockRestore();
    }
  });

  it("nobody says of a room that it is not in that it may be leaving it", async () => {
    const { connect } = await startServer({ graceMs: longGrace });
    const [inside, outside] = [await connect(transport), await connect(transport)];
    await inside.join("r", { key: newKey() });
    expect(await outside.call("leaving", { room: "r" })).toMatchObject({ ok: false, code: "NOT_IN_ROOM" });
  });

  it("a peer that is away is told to nobody without a key who comes meanwhile, but is when it is back", async () => {
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
    before.forget();
    after.forget();

    const again = await connect(transport);
    await again.join("r", { key });
    expect(await after.next("joined")).toEqual({ id, room: "r" });
    await barrier(again, before, after);
    expect(before.log, "it never went, for those who knew it").toEqual([]);
    expect(after.log).toHaveLength(1);
  });

  it("a peer that never comes back is no exit for those without a key who never heard of it", async () => {
    const { connect } = await startServer({ graceMs: shortGrace });
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
    expect(await before.next("exit")).toEqual({ from: id, room: "r" });
    await barrier(witness, after);
    expect(after.heard("exit")).toEqual([]);
  });

  it("one who joined while a peer was away knows it after its return, and hears of its next leaving", async () => {
    const { connect } = await startServer({ graceMs: shortGrace });
    const [keyed, seed] = [await connect(transport), await connect(transport)];
    const witness = await connect(transport);
    await witness.join("r", { key: newKey() });
    const key = newKey();
    const { id } = await keyed.join("r", { key });
    keyed.close();
    await witness.next("presence");
    await seed.join("r");
    const again = await connect(transport);
    await again.join("r", { key });
    await seed.next("joined");
    again.close();
    expect(await seed.next("exit")).toEqual({ from: id, room: "r" });
  });

  it("who came back in time is not lost when its grace would have ended", async () => {
    const { connect } = await startServer({ graceMs: shortGrace });
    const [witness, returns, stays] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    await witness.join("r", { key: newKey() });
    const { id } = await returns.join("r", { key });
    const { id: lostId } = await stays.join("r", { key: newKey() });
    returns.close();
    await witness.next("presence");
    const again = await connect(transport);
    await again.join("r", { key });
    // It goes later, so that its grace ends later: by then the other's would have ended.
    stays.close();
    expect(await witness.next("exit")).toEqual({ from: lostId, room: "r", reason: "lost" });
    await barrier(again, witness);
    expect(witness.heard("exit")).toHaveLength(1);
    expect(again.heard("exit").map(([, payload]) => (payload as { from: string }).from)).not.toContain(id);
  });

  it("changed metadata of a peer that comes back is told to those with a key", async () => {
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

describe.each(transports)("takeover over %s", (transport) => {
  it("the newest holder of a key has the membership, and the one before it can do nothing any more", async () => {
    const { connect } = await startServer();
    const [witness, seed, first, second] = [
      await connect(transport),
      await connect(transport),
      await connect(transport),
      await connect(transport),
    ];
    const key = newKey();
    const { id: witnessId } = await witness.join("r", { key: newKey() });
    await seed.join("r");
    const { id } = await first.join("r", { key });
    await barrier(first, witness, seed);
    witness.forget();
    seed.forget();

    expect(await second.join("r", { key })).toMatchObject({ id, resumed: true });
    expect(await first.next("exit")).toEqual({ from: id, room: "r", reason: "replaced" });
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "online" });
    for (const [event, payload] of [
      ["offer", { room: "r", to: witnessId, sdp: "v=0" }],
      ["message", { room: "r", type: "chat", data: 1 }],
      ["metadata", { room: "r", metadata: 1 }],
      ["exit", { room: "r" }],
    ] as const) {
      expect(await first.call(event, payload), event).toMatchObject({ ok: false, code: "NOT_IN_ROOM" });
    }
    expect(await second.call("offer", { room: "r", to: witnessId, sdp: "v=0" })).toEqual({ ok: true });
    first.close();
    await witness.next("offer");
    await barrier(second, witness, seed);
    expect(witness.log.map(({ event }) => event)).toEqual(["presence", "offer"]);
    expect(seed.log).toEqual([]);
    expect(first.heard("offer")).toEqual([]);
  });

  it("what is sent to a peer after the takeover goes to its new socket alone", async () => {
    const { connect } = await startServer();
    const [witness, first, second] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key });
    await second.join("r", { key });
    await witness.call("offer", { room: "r", to: id, sdp: "v=0" });
    expect(await second.next("offer")).toMatchObject({ sdp: "v=0", to: id });
    await first.roundTrip();
    expect(first.heard("offer")).toEqual([]);
  });
});
