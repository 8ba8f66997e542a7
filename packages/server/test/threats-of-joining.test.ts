/** Permission and identity: the rows T21 to T23 of the threat table. */
import { describe, expect, it } from "vitest";
import { barrier, newKey, transports } from "./client.js";
import { startServer } from "./harness.js";

describe.each(transports)("permission to join over %s", (transport) => {
  it("T21: a rejected join leaves no trace, and the reason is the application's", async () => {
    const { connect, signaling } = await startServer({
      authorize: ({ room, token }) =>
        room === "secret" ? (token === "good" ? true : "Show your invitation.") : room !== "never",
    });
    const [a, b] = [await connect(transport), await connect(transport)];
    await a.join("secret", { key: newKey(), token: "good" });
    expect(await b.call("createAndJoinRoom", { room: "secret", key: newKey(), token: "bad" })).toEqual({
      ok: false,
      code: "UNAUTHORIZED",
      message: "Show your invitation.",
      retryable: false,
    });
    expect(await b.call("createAndJoinRoom", { room: "never" })).toMatchObject({ code: "UNAUTHORIZED" });
    await barrier(b, a);
    expect([a.received("joined"), b.received("created")]).toEqual([[], []]);
    expect((await signaling.rooms()).filter(({ name }) => !name.startsWith("round-trip"))).toEqual([
      { name: "secret", peers: 1 },
    ]);
  });

  it("T21: authorize runs again on every return, and a revoked permission stays revoked", async () => {
    let allowed = true;
    const asked: boolean[] = [];
    const { connect } = await startServer({
      authorize: ({ resumed, room }) => {
        if (room === "r") asked.push(resumed);
        return room !== "r" || allowed;
      },
    });
    const key = newKey();
    const [a, b, c] = [await connect(transport), await connect(transport), await connect(transport)];
    await a.join("r", { key });
    expect(await b.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ ok: true, resumed: true });
    allowed = false;
    expect(await c.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "UNAUTHORIZED" });
    expect(asked).toEqual([false, true, true]);
    await c.roundTrip();
    expect(b.received("exit"), "a rejected return takes nothing over").toEqual([]);
  });

  it("T22: the id of a peer is not its key", async () => {
    const { connect } = await startServer();
    const [a, b, x] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    const { id } = await a.join("r", { key });
    await b.join("r", { key: newKey() });
    const created = await x.join("r", { key: id });
    expect(created.id).not.toBe(id);
    expect(created).not.toHaveProperty("resumed");
    await barrier(x, a, b);
    expect(a.received("exit")).toEqual([]);
    expect((created.peers as { id: string }[]).map((peer) => peer.id)).toContain(id);
  });

  it("T22: no event and no log line contains a key or a token", async () => {
    const lines: string[] = [];
    const write = (...parts: unknown[]) => lines.push(JSON.stringify(parts));
    const logger = { debug: write, info: write, warn: write, error: write };
    const { connect, signaling } = await startServer({
      logger,
      authorize: ({ token }) => {
        if (token === "throwing-token") throw new Error("cannot verify throwing-token");
        return true;
      },
    });
    const events: unknown[] = [];
    for (const event of ["peerJoined", "peerLeft", "peerAway", "peerBack", "relayed", "rejected"] as const)
      signaling.on(event, (detail) => events.push(detail));
    const [a, b, again] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    await b.join("r", { key: newKey() });
    await a.join("r", { key, token: "a-secret-token", metadata: 1 });
    expect(await b.call("createAndJoinRoom", { room: "q", token: "throwing-token" })).toMatchObject({
      code: "INTERNAL",
    });
    await again.join("r", { key, token: "a-secret-token" });
    again.emit("exit", { room: "r" });
    await barrier(again, a, b);
    const everything = JSON.stringify([a.log, b.log, again.log, lines, events]);
    for (const secret of [key, "a-secret-token", "throwing-token"]) expect(everything).not.toContain(secret);
    expect(lines.length).toBeGreaterThan(3);
  });

  it("T23: nothing that an older socket sends after it was replaced reaches anyone", async () => {
    const { connect, signaling } = await startServer();
    const [witness, older, newer] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    const { id: to } = await witness.join("r", { key: newKey() });
    const { id } = await older.join("r", { key });
    await newer.join("r", { key });
    expect(await older.next("exit")).toEqual({ from: id, room: "r", reason: "replaced" });
    older.emit("offer", { to, room: "r", sdp: "stale" });
    older.emit("message", { room: "r", type: "x", data: "stale" });
    older.emit("exit", { room: "r" });
    older.close();
    await barrier(newer, witness);
    expect(witness.received("offer", "message", "exit")).toEqual([]);
    expect((await signaling.peers("r")).map((peer) => peer.id).sort()).toEqual([to, id].sort());
    expect(witness.received("joined")).toHaveLength(1);
  });
});
