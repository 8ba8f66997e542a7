import { leavingCountsMs } from "@sig/protocol";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { settled, startMemoryService } from "./memory-service.js";

/** The sweep of connections without a `disconnect` waits as long as the service runs. */
const sweepTimers = 1;

describe("with a clock of the application's own", () => {
  it("a peer that is away leaves as lost when its grace time ends, and not a millisecond before", async () => {
    const { connect, clock } = startMemoryService({ graceMs: 30_000 });
    const [witness, peer] = [connect(), connect()];
    await witness.join("r");
    const reply = await peer.join("r");
    const from = reply.ok ? reply.id : "";
    peer.disconnect();
    expect(witness.received("presence")).toEqual([{ id: from, room: "r", state: "away" }]);
    clock.advance(29_999);
    expect(witness.received("exit")).toEqual([]);
    clock.advance(1);
    expect(witness.received("exit")).toEqual([{ from, room: "r", reason: "lost" }]);
    expect(clock.pending).toBe(sweepTimers);
  });

  it("a peer that came back in time is not lost when its first grace time would have ended", async () => {
    const { connect, clock } = startMemoryService({ graceMs: 30_000 });
    const [witness, peer, again] = [connect(), connect(), connect()];
    const key = newKey();
    await witness.join("r");
    await peer.join("r", { key });
    peer.disconnect();
    clock.advance(29_999);
    expect(await again.join("r", { key })).toMatchObject({ ok: true, resumed: true });
    clock.advance(60_000);
    expect(witness.received("exit")).toEqual([]);
    expect(witness.received("presence").map(({ state }) => state)).toEqual(["away", "online"]);
  });

  it("`leaving` counts for a connection that ends within its time, and no longer", async () => {
    const { connect, clock } = startMemoryService();
    const [witness, soon, late] = [connect(), connect(), connect()];
    await witness.join("r");
    for (const peer of [soon, late]) {
      await peer.join("r");
      await peer.call("leaving", { room: "r" });
    }
    clock.advance(leavingCountsMs - 1);
    soon.disconnect();
    clock.advance(1);
    late.disconnect();
    expect(witness.received("exit").map(({ reason }) => reason)).toEqual(["left"]);
    expect(witness.received("presence").map(({ state }) => state)).toEqual(["away"]);
  });

  it("ICE servers are renewed after 3/4 of their lifetime; a failed renewal is retried after 1/20 of it", async () => {
    let made = 0;
    const { connect, clock } = startMemoryService({
      iceServers: () => {
        made += 1;
        if (made === 2) throw new Error("no TURN");
        return { iceServers: [{ urls: `turn:${made}` }], ttl: 600 };
      },
    });
    const peer = connect();
    await peer.join("r");
    clock.advance(449_999);
    expect(made).toBe(1);
    clock.advance(1);
    expect([made, peer.received("iceServers")]).toEqual([2, []]);
    clock.advance(30_000);
    expect(peer.received("iceServers")).toEqual([{ iceServers: [{ urls: "turn:3" }], iceServersTtl: 600 }]);
    await peer.call("exit", { room: "r" });
    expect(clock.pending).toBe(sweepTimers);
  });

  it("`authorize` is ignored after authorizeTimeoutMs", async () => {
    const { connect, clock, signaling } = startMemoryService({
      authorizeTimeoutMs: 5_000,
      authorize: () => new Promise<boolean>(() => undefined),
    });
    const faults: unknown[] = [];
    signaling.on("error", ({ source, message }) => faults.push([source, message]));
    const joining = connect().join("r");
    clock.advance(4_999);
    await settled();
    expect(faults).toEqual([]);
    clock.advance(1);
    expect(await joining).toMatchObject({ code: "INTERNAL", message: "Authorization timed out after 5000 ms." });
    expect(faults).toEqual([["authorize", "authorize failed: no answer within 5000 ms"]]);
  });

  it("the rate limit forgets what was spent as time passes", async () => {
    const { connect, clock } = startMemoryService({ rateLimit: { perSecond: 2, burst: 3, burstPerPeer: 0 } });
    const peer = connect();
    const ask = async () => (await peer.call("iceServers", {})).ok;
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([true, true, true, false]);
    clock.advance(500);
    expect([await ask(), await ask()]).toEqual([true, false]);
  });
});
