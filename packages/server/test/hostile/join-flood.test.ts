import { MemoryRoster } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { settled, startMemoryService } from "../memory-service.js";

describe("T17: a flood of joins", () => {
  it("T17: of 1,000 rooms, one socket gets 8; each further join is rejected with a code", async () => {
    const { connect, signaling } = startMemoryService();
    const attacker = connect();
    const codes: Record<string, number> = {};
    for (let room = 0; room < 1_000; room += 1) {
      if (!attacker.connected) break;
      const reply = await attacker.join(`room ${String(room)}`);
      const code = reply.ok ? "ok" : reply.code;
      codes[code] = (codes[code] ?? 0) + 1;
    }
    expect(codes).toEqual({ ok: 8, ROOM_LIMIT: 292, RATE_LIMITED: 500 });
    expect(attacker.connected, "a flood").toBe(false);
    expect(await signaling.rooms()).toHaveLength(8);
  });

  it("T17: joining and leaving 100 times a second costs a room of 50 no more than the budget of one", async () => {
    const { connect, signaling, clock } = startMemoryService();
    const members = Array.from({ length: 49 }, connect);
    for (const member of members) await member.join("r");
    clock.advance(60_000);
    const before = members[0]!.log.length;
    const seconds = 30;
    const key = newKey();
    let attacker = connect();
    for (let tick = 0; tick < seconds * 100; tick += 1) {
      // Whenever it is cut off, it comes back.
      if (!attacker.connected) attacker = connect();
      attacker.send("createAndJoinRoom", { room: "r", key });
      attacker.send("exit", { room: "r" });
      clock.advance(10);
      await settled();
    }
    const received = members[0]!.log.length - before;
    // `joined` and `exit` of each turn: its list, its notices and its end are 49 deliveries each.
    expect(received).toBeLessThanOrEqual((2 * (4_000 + seconds * 1_000)) / 98);
    expect(received).toBeGreaterThan(50);
    attacker.disconnect();
    clock.advance(30_000);
    await settled();
    expect(await signaling.peers("r")).toHaveLength(49);
  });

  it("T17: nothing is left of peers that have left: no room, no timer", async () => {
    const roster = new MemoryRoster();
    const { connect, signaling, clock } = startMemoryService({ roster });
    const timers = clock.pending;
    for (let round = 0; round < 50; round += 1) {
      const peers = Array.from({ length: 10 }, connect);
      for (const peer of peers) await peer.join(`room ${String(round)}`);
      for (const [index, peer] of peers.entries()) {
        if (index % 2 === 0) await peer.call("exit", { room: `room ${String(round)}` });
        else peer.disconnect();
      }
    }
    expect((await signaling.rooms()).length, "half of them are away").toBe(50);
    clock.advance(30_000);
    await settled();
    expect(await signaling.rooms()).toEqual([]);
    expect([...roster.rooms()]).toEqual([]);
    expect(clock.pending).toBe(timers);
  });
});
