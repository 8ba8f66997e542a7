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
    await barrier(second, witness, legacy);
    expect(witness.log.map(({ event }) => event)).toEqual(["presence", "offer"]);
    expect(legacy.log).toEqual([]);
    expect(first.received("offer")).toEqual([]);
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
