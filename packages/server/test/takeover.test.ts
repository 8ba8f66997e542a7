import { describe, expect, it } from "vitest";
import { barrier, newKey, transports } from "./client.js";
import { startServer } from "./harness.js";

describe.each(transports)("takeover over %s", (transport) => {
  it("the newest socket with a key has the membership, and the one before it can do nothing any more", async () => {
    const { connect } = await startServer();
    const [witness, legacy, first, second] = [
      await connect(transport),
      await connect(transport),
      await connect(transport),
      await connect(transport),
    ];
    const key = newKey();
    const { id: witnessId } = await witness.join("r", { key: newKey() });
    await legacy.join("r");
    const { id } = await first.join("r", { key });
    await barrier(first, witness, legacy);
    witness.clearLog();
    legacy.clearLog();

    expect(await second.join("r", { key })).toMatchObject({ id, resumed: true });
    expect(await first.next("exit")).toEqual({ from: id, room: "r", reason: "replaced" });
    expect(await witness.next("presence")).toEqual({ id, room: "r", state: "online" });
    first.emit("message", { room: "r", type: "chat", data: 1 });
    first.emit("metadata", { room: "r", metadata: 1 });
    for (const [event, payload] of [
      ["offer", { room: "r", to: witnessId, sdp: "v=0" }],
      ["exit", { room: "r" }],
    ] as const) {
      expect(await first.call(event, payload), event).toMatchObject({ ok: false, code: "NOT_IN_ROOM" });
    }
    expect(await second.call("offer", { room: "r", to: witnessId, sdp: "v=0" })).toEqual({ ok: true });
    first.close();
    await witness.next("offer");
    await barrier(second, witness, legacy);
    expect(witness.log.map(({ event }) => event)).toEqual(["presence", "offer"]);
    expect(legacy.log).toEqual([]);
    expect(first.received("offer")).toEqual([]);
  });

  it("U14: a member that joins with another key leaves once it is admitted, and not if it is rejected", async () => {
    const { connect, signaling } = await startServer({ maxPeersPerRoom: 2 });
    const [witness, member] = [await connect(transport), await connect(transport)];
    const [kickedKey, newerKey] = [newKey(), newKey()];
    await witness.join("r", { key: newKey() });
    const kicked = await member.join("r", { key: kickedKey });
    await signaling.kick("r", kicked.id);
    await member.next("exit");
    const { id } = await member.join("r", { key: newKey() });
    await barrier(member, witness);
    witness.clearLog();

    expect(await member.call("createAndJoinRoom", { room: "r", key: kickedKey })).toMatchObject({ code: "KICKED" });
    expect(await member.call("message", { room: "r", type: "x", data: 1 })).toEqual({ ok: true });
    // The room is full, but one of its places is the member's own.
    const newer = await member.join("r", { key: newerKey });
    await barrier(member, witness);
    expect(witness.log.map(({ event, payload }) => [event, payload])).toEqual([
      ["message", { from: id, room: "r", type: "x", data: 1 }],
      ["exit", { from: id, room: "r", reason: "left" }],
      ["joined", { id: newer.id, room: "r" }],
    ]);
    expect((await signaling.peers("r")).map((peer) => peer.id)).toContain(newer.id);
    expect(await (await connect(transport)).call("createAndJoinRoom", { room: "r" })).toMatchObject({
      code: "ROOM_FULL",
    });
  });

  it("events to a peer after the takeover reach its new socket alone", async () => {
    const { connect } = await startServer();
    const [witness, first, second] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key });
    await second.join("r", { key });
    await witness.call("offer", { room: "r", to: id, sdp: "v=0" });
    expect(await second.next("offer")).toMatchObject({ sdp: "v=0", to: id });
    await first.roundTrip();
    expect(first.received("offer")).toEqual([]);
  });
});
