import { peerIdFromKey } from "@sig/server";
import { describe, expect, it } from "vitest";
import { barrier, newKey } from "./client.js";
import { deferred, startServer, until } from "./harness.js";
import { startMemoryService } from "./memory-service.js";

describe("kick", () => {
  it("removes a peer with the reason given, notifies the others without it, and keeps the id out", async () => {
    const { connect, signaling } = await startServer();
    const [victim, keyed, legacy] = [await connect(), await connect(), await connect()];
    const key = newKey();
    await keyed.join("r", { key: newKey() });
    await legacy.join("r");
    const { id } = await victim.join("r", { key });
    expect(await signaling.kick("r", id, "Please be kind.\n")).toBe(true);
    expect(await victim.next("exit")).toEqual({
      from: id,
      room: "r",
      reason: "kicked",
      message: "Please be kind.\\u{a}",
    });
    expect(await keyed.next("exit")).toEqual({ from: id, room: "r", reason: "kicked" });
    expect(await legacy.next("exit")).toEqual({ from: id, room: "r" });
    expect(await victim.call("offer", { room: "r", to: id, sdp: "v=0" })).toMatchObject({ code: "NOT_IN_ROOM" });
    expect(await victim.call("createAndJoinRoom", { room: "r", key })).toMatchObject({
      code: "KICKED",
      retryable: false,
    });
    expect(await (await connect()).call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "KICKED" });
    expect(await victim.call("createAndJoinRoom", { room: "q", key })).toMatchObject({ ok: true });
    expect(await signaling.kick("r", id)).toBe(false);
    expect(await signaling.kick("nowhere", id)).toBe(false);
  });

  it("a legacy client receives the exit of the base protocol; the ban ends with the room", async () => {
    const { connect, signaling } = await startServer();
    const victim = await connect();
    await victim.join("r");
    expect(await signaling.kick("r", victim.socketId, "why")).toBe(true);
    expect(await victim.next("exit")).toEqual({ from: victim.socketId, room: "r" });
    expect(await victim.call("createAndJoinRoom", { room: "r" })).toMatchObject({ ok: true });
  });

  it("a peer that is away can be kicked, and does not come back", async () => {
    const { connect, signaling } = await startServer();
    const [victim, witness] = [await connect(), await connect()];
    const key = newKey();
    const { id } = await victim.join("r", { key });
    await witness.join("r", { key: newKey() });
    victim.close();
    await witness.next("presence");
    expect(await signaling.kick("r", id)).toBe(true);
    expect(await witness.next("exit")).toEqual({ from: id, room: "r", reason: "kicked" });
    expect(await (await connect()).call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "KICKED" });
  });

  it("U21: rejects a join that still waits, with the reason, and the peer stays out", async () => {
    const gate = deferred<boolean>();
    let asked = 0;
    const { connect, signaling } = await startServer({
      authorize: ({ token }) => {
        if (token !== "waits") return true;
        asked += 1;
        return gate.promise;
      },
    });
    const [witness, guest] = [await connect(), await connect()];
    await witness.join("r", { key: newKey() });
    const key = newKey();
    const joining = guest.call("createAndJoinRoom", { room: "r", key, token: "waits" });
    await until("authorize is called", () => asked === 1);
    expect(await signaling.kick("r", peerIdFromKey(key), "Not today.")).toBe(true);
    expect(await joining).toMatchObject({ ok: false, code: "KICKED", message: "Not today.", retryable: false });
    gate.resolve(true);
    expect(await guest.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "KICKED" });
    await barrier(guest, witness);
    expect(witness.received("joined", "exit")).toEqual([]);
  });

  it("U21: with `banMs`, the last member of a room stays out until then, also after the room was empty", async () => {
    const { connect, signaling, clock } = startMemoryService();
    const [peer, other] = [connect(), connect()];
    const key = newKey();
    await peer.join("r", { key });
    expect(await signaling.kick("r", peerIdFromKey(key), { reason: "Come back tomorrow.", banMs: 60_000 })).toBe(true);
    expect(peer.received("exit")).toMatchObject([{ reason: "kicked", message: "Come back tomorrow." }]);
    await other.join("r");
    await other.call("exit", { room: "r" });
    clock.advance(59_999);
    expect(await peer.join("r", { key })).toMatchObject({ code: "KICKED" });
    clock.advance(1);
    expect(await peer.join("r", { key })).toMatchObject({ ok: true });
  });

  it.each([0, -1, 1.5, Number.NaN, "1000"])("rejects a `banMs` of %s, and kicks nobody", async (banMs) => {
    const { connect, signaling } = startMemoryService();
    const key = newKey();
    await connect().join("r", { key });
    await expect(signaling.kick("r", peerIdFromKey(key), { banMs: banMs as number })).rejects.toThrow(TypeError);
    expect(await signaling.peers("r")).toHaveLength(1);
  });

  it("a peer that is kicked while its return waits stays out", async () => {
    const gates = [deferred<boolean>(), deferred<boolean>()];
    let asked = 0;
    const { connect, signaling } = await startServer({
      authorize: ({ resumed }) => (resumed ? gates[asked++]!.promise : true),
    });
    const [first, second, witness] = [await connect(), await connect(), await connect()];
    await witness.join("r", { key: newKey() });
    const key = newKey();
    const { id } = await first.join("r", { key });
    const returning = second.call("createAndJoinRoom", { room: "r", key });
    await until("authorize is called", () => asked === 1);
    await signaling.kick("r", id);
    gates[0]!.resolve(true);
    expect(await returning).toMatchObject({ code: "KICKED" });
  });
});
