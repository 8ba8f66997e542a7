import { peerIdFromKey, SignalingFault, Unauthorized } from "@sig/server";
import { describe, expect, it, vi } from "vitest";
import { barrier, newKey, transports } from "./client.js";
import { deferred, startServer, until } from "./harness.js";
import { startMemoryService } from "./memory-service.js";

describe.each(transports)("authorize over %s", (transport) => {
  it("receives the socket, the token and the metadata, and admits with true or nothing", async () => {
    const asked: unknown[] = [];
    const { connect } = await startServer({
      authorize: ({ socket, ...request }) => {
        asked.push({ user: socket.handshake.auth.user as unknown, ...request });
        return request.room === "nothing" ? undefined : true;
      },
    });
    const client = await connect(transport, { auth: { user: "ada" } });
    expect(await client.call("createAndJoinRoom", { room: "r", token: "t", metadata: { a: 1 } })).toMatchObject({
      ok: true,
    });
    expect(await client.call("createAndJoinRoom", { room: "nothing", key: newKey() })).toMatchObject({ ok: true });
    expect(asked).toEqual([
      { user: "ada", room: "r", token: "t", metadata: { a: 1 }, resumed: false },
      { user: "ada", room: "nothing", resumed: false },
    ]);
  });

  it("rejects with false, with a reason and with a thrown Unauthorized", async () => {
    const { connect, signaling } = await startServer({
      authorize: ({ room }) => {
        if (room === "throws") throw new Unauthorized("Your invitation has expired.\n");
        if (room === "rejects") return Promise.reject(new Unauthorized());
        if (room === "long") return "x".repeat(1000);
        return room === "strange" ? (7 as unknown as boolean) : false;
      },
    });
    const faults: SignalingFault[] = [];
    signaling.on("error", (fault) => faults.push(fault));
    const client = await connect(transport);
    for (const room of ["no", "throws", "rejects", "long", "strange"]) {
      const reply = await client.call("createAndJoinRoom", { room });
      expect(reply, room).toMatchObject({ ok: false, code: "UNAUTHORIZED", retryable: false });
      expect((reply as { message: string }).message.length).toBeLessThanOrEqual(256);
    }
    expect(await client.call("createAndJoinRoom", { room: "throws" })).toMatchObject({
      message: "Your invitation has expired.\\u{a}",
    });
    expect(await client.call("createAndJoinRoom", { room: "rejects" })).toMatchObject({
      message: "Not authorized to join this room.",
    });
    expect(faults).toEqual([]);
    expect(await signaling.rooms()).toEqual([]);
  });

  it("U03: that throws decides nothing: the caller may try again, and the failure is reported", async () => {
    const { connect, signaling } = await startServer({
      authorize: ({ room }) => {
        if (room === "throws") throw new Error("database down");
        return Promise.reject(new Error("database down"));
      },
    });
    const faults: SignalingFault[] = [];
    signaling.on("error", (fault) => faults.push(fault));
    const client = await connect(transport);
    for (const room of ["throws", "rejects"])
      expect(await client.call("createAndJoinRoom", { room, key: newKey() })).toEqual({
        ok: false,
        code: "INTERNAL",
        message: "Authorization failed.",
        retryable: true,
      });
    expect(faults.map(({ source, cause }) => [source, (cause as Error).message])).toEqual([
      ["authorize", "database down"],
      ["authorize", "database down"],
    ]);
    expect(faults[0]).toBeInstanceOf(SignalingFault);
    expect(await signaling.rooms()).toEqual([]);
  });

  it("U03: that throws while a member returns takes nothing from it: it is away, and returns later", async () => {
    let isDown = false;
    const { connect, signaling } = await startServer({
      authorize: () => {
        if (isDown) throw new Error("database down");
      },
    });
    const key = newKey();
    const [first, witness] = [await connect(transport), await connect(transport)];
    await witness.join("r", { key: newKey() });
    const { id } = await first.join("r", { key });
    await witness.next("joined");
    isDown = true;
    first.close();
    expect(await witness.next("presence")).toMatchObject({ id, state: "away" });
    const second = await connect(transport);
    expect(await second.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "INTERNAL" });
    expect(await signaling.peers("r")).toContainEqual(expect.objectContaining({ id, state: "away" }));
    isDown = false;
    expect(await second.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ ok: true, id, resumed: true });
    expect(await witness.next("presence")).toMatchObject({ id, state: "online" });
    expect(witness.received("exit")).toEqual([]);
  });

  it("U03: that throws while an online member joins again takes nothing from it", async () => {
    let isDown = false;
    const { connect } = await startServer({
      authorize: () => {
        if (isDown) throw new Error("database down");
      },
    });
    const key = newKey();
    const client = await connect(transport);
    await client.join("r", { key });
    isDown = true;
    expect(await client.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "INTERNAL" });
    expect(await client.call("message", { room: "r", type: "x", data: 1 })).toEqual({ ok: true });
  });

  it("F58: is ignored after authorizeTimeoutMs; a later answer admits nobody", async () => {
    const gate = deferred<boolean>();
    const { connect, signaling } = await startServer({
      authorizeTimeoutMs: 40,
      authorize: ({ room }) => (room === "slow" ? gate.promise : true),
    });
    const faults = vi.fn();
    signaling.on("error", faults);
    const client = await connect(transport);
    const reply = await client.call("createAndJoinRoom", { room: "slow", key: newKey() });
    expect(reply).toMatchObject({
      ok: false,
      code: "INTERNAL",
      retryable: true,
      message: expect.stringMatching(/timed out after 40 ms/) as string,
    });
    gate.resolve(true);
    await client.roundTrip();
    expect(client.received("created")).toEqual([]);
    expect(faults).toHaveBeenCalledOnce();
  });

  it("U24: is asked once for a join that its client repeats, and every call gets the answer", async () => {
    const gate = deferred<boolean>();
    const asked: unknown[] = [];
    const { connect } = await startServer({
      authorize: ({ room, token }) => {
        if (room !== "r") return true;
        asked.push(token);
        return gate.promise;
      },
    });
    const client = await connect(transport);
    const join = { room: "r", key: newKey(), token: "t", metadata: { name: "Ada" } };
    const calls = Array.from({ length: 3 }, () => client.call("createAndJoinRoom", join));
    client.emit("createAndJoinRoom", join);
    await client.roundTrip();
    gate.resolve(true);
    const replies = await Promise.all(calls);
    expect(replies).toEqual(Array(3).fill({ ok: true, id: peerIdFromKey(join.key), room: "r", peers: [] }));
    expect(asked).toEqual(["t"]);
    await client.roundTrip();
    const created = client.received("created").filter(([, payload]) => (payload as { room: string }).room === "r");
    expect(created).toHaveLength(1);
  });

  it("U24: rejects every call of a join that its client has repeated", async () => {
    const gate = deferred<string>();
    const { connect } = await startServer({ authorize: ({ token }) => (token === "t" ? gate.promise : true) });
    const client = await connect(transport);
    const join = { room: "r", key: newKey(), token: "t" };
    const calls = [client.call("createAndJoinRoom", join), client.call("createAndJoinRoom", join)];
    client.emit("createAndJoinRoom", join);
    await client.roundTrip();
    gate.resolve("The host is away.");
    for (const reply of await Promise.all(calls)) expect(reply).toMatchObject({ message: "The host is away." });
    expect(await client.next("rejected")).toMatchObject({ event: "createAndJoinRoom", code: "UNAUTHORIZED" });
  });

  it("U24: is asked again for another token or other metadata, and the earlier call is replaced", async () => {
    const gate = deferred<boolean>();
    let asked = 0;
    const { connect } = await startServer({
      authorize: ({ room }) => {
        if (room !== "r") return true;
        asked += 1;
        return gate.promise;
      },
    });
    const client = await connect(transport);
    const key = newKey();
    const first = client.call("createAndJoinRoom", { room: "r", key, metadata: 1 });
    const second = client.call("createAndJoinRoom", { room: "r", key, metadata: 2 });
    expect(await first).toMatchObject({ code: "NOT_IN_ROOM" });
    expect(asked).toBe(2);
    gate.resolve(true);
    expect(await second).toMatchObject({ ok: true });
  });

  it("an answer after the socket has disconnected admits nobody", async () => {
    const gate = deferred<boolean>();
    let asked = 0;
    const { connect, signaling, io } = await startServer({
      authorize: ({ room }) => {
        if (room !== "r") return true;
        asked += 1;
        return gate.promise;
      },
    });
    const [gone, client] = [await connect(transport), await connect(transport)];
    gone.emit("createAndJoinRoom", { room: "r", key: newKey() });
    await until("authorize is called", () => asked === 1);
    gone.close();
    await until("the server has noticed the disconnect", () => io.sockets.sockets.size === 1);
    gate.resolve(true);
    await client.roundTrip();
    expect((await signaling.rooms()).map(({ name }) => name)).not.toContain("r");
  });
});

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
