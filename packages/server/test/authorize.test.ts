import { peerIdFromKey, SignalingFault, Unauthorized } from "@sig/server";
import { describe, expect, it, vi } from "vitest";
import { newKey, serverFeatures, transports } from "./client.js";
import { deferred, startServer, until } from "./harness.js";

describe.each(transports)("authorize over %s", (transport) => {
  it("receives the socket, the token and the metadata, and admits with true or nothing", async () => {
    const asked: unknown[] = [];
    const { connect } = await startServer({
      authorize: ({ socket, signal, ...request }) => {
        expect(signal.aborted).toBe(false);
        asked.push({ user: socket.handshake.auth.user as unknown, ...request });
        return request.room === "nothing" ? undefined : true;
      },
    });
    const client = await connect(transport, { auth: { user: "ada" } });
    const key = newKey();
    expect(await client.call("createAndJoinRoom", { room: "r", token: "t", metadata: { a: 1 } })).toMatchObject({
      ok: true,
    });
    expect(await client.call("createAndJoinRoom", { room: "nothing", key })).toMatchObject({ ok: true });
    expect(asked).toEqual([
      {
        user: "ada",
        room: "r",
        token: "t",
        metadata: { a: 1 },
        resumed: false,
        peerId: client.socketId,
        reason: "join",
      },
      { user: "ada", room: "nothing", resumed: false, peerId: peerIdFromKey(key), reason: "join" },
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
    const created = { id: peerIdFromKey(join.key), room: "r", peers: [], features: serverFeatures };
    expect(replies).toEqual(Array(3).fill({ ok: true, ...created }));
    expect(asked).toEqual(["t"]);
    await client.roundTrip();
    const events = client.received("created").filter(([, payload]) => (payload as { room: string }).room === "r");
    expect(events).toEqual([["created", created]]);
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
