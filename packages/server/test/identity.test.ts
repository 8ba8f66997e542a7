import { peerIdFromKey } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey, serverFeatures, transports } from "./client.js";
import { startServer } from "./harness.js";

describe.each(transports)("identity and joining over %s", (transport) => {
  it("a legacy client has the id of its socket and receives exactly the base protocol", async () => {
    const { connect } = await startServer();
    const first = await connect(transport);
    const second = await connect(transport);
    expect(await first.join("r", { metadata: { name: "Ada" } })).toEqual({ id: first.socketId, room: "r", peers: [] });
    expect(await second.join("r")).toEqual({ id: second.socketId, room: "r", peers: [{ id: first.socketId }] });
    expect(await first.next("joined")).toEqual({ id: second.socketId, room: "r" });
    second.emit("exit", { from: second.socketId, room: "r" });
    expect(await first.next("exit")).toEqual({ from: second.socketId, room: "r" });
    await first.roundTrip();
    expect(first.log).toHaveLength(3);
  });

  it("a peer with a key has an id made of it, and receives the others' metadata and capabilities", async () => {
    const { connect } = await startServer();
    const [first, second, legacy] = [await connect(transport), await connect(transport), await connect(transport)];
    const [key, otherKey] = [newKey(), newKey()];
    const created = await first.join("r", { key, metadata: { name: "Ada" }, capabilities: { trickle: true } });
    expect(created).toEqual({ id: peerIdFromKey(key), room: "r", peers: [], features: serverFeatures });
    await legacy.join("r");
    const second2 = await second.join("r", { key: otherKey, metadata: ["x"] });
    expect(second2.peers).toEqual([
      { id: peerIdFromKey(key), state: "online", metadata: { name: "Ada" }, capabilities: { trickle: true } },
      { id: legacy.socketId, state: "online" },
    ]);
    expect(await first.next("joined", ({ id }) => id === second2.id)).toEqual({
      id: second2.id,
      room: "r",
      metadata: ["x"],
    });
    expect(await legacy.next("joined")).toEqual({ id: second2.id, room: "r" });
  });

  it("the ack of a join has the fields of `created`", async () => {
    const { connect } = await startServer();
    const [keyed, legacy] = [await connect(transport), await connect(transport)];
    const reply = await keyed.call("createAndJoinRoom", { room: "r", key: newKey() });
    expect(reply).toEqual({ ok: true, ...(await keyed.next("created")) });
    const legacyReply = await legacy.call("createAndJoinRoom", { room: "r" });
    expect(legacyReply).toEqual({ ok: true, ...(await legacy.next("created")) });
    expect(Object.keys(legacyReply).sort()).toEqual(["id", "ok", "peers", "room"]);
  });

  it("F53: a join that is repeated on the same socket changes nothing for the others", async () => {
    const { connect, signaling } = await startServer();
    const [first, second, legacy] = [await connect(transport), await connect(transport), await connect(transport)];
    const key = newKey();
    await second.join("r", { key: newKey() });
    await first.join("r", { key });
    const again = await first.call("createAndJoinRoom", { room: "r", key });
    expect(again).toMatchObject({ ok: true, id: peerIdFromKey(key), resumed: true });
    await legacy.join("r");
    expect(await legacy.call("createAndJoinRoom", { room: "r" })).not.toHaveProperty("resumed");
    await second.roundTrip();
    expect(second.received("joined")).toHaveLength(2);
    expect(second.received("exit", "presence")).toEqual([]);
    expect(await signaling.rooms()).toContainEqual({ name: "r", peers: 3 });
  });

  it("a socket that joins the same room with another key leaves it under the first", async () => {
    const { connect, signaling } = await startServer();
    const [first, second] = [await connect(transport), await connect(transport)];
    const witness = await second.join("r", { key: newKey() });
    const [key, otherKey] = [newKey(), newKey()];
    await first.join("r", { key });
    await first.join("r", { key: otherKey });
    expect(await second.next("exit")).toEqual({ from: peerIdFromKey(key), room: "r", reason: "left" });
    expect(await second.next("joined", ({ id }) => id === peerIdFromKey(otherKey))).toBeDefined();
    expect((await signaling.peers("r")).map(({ id }) => id).sort()).toEqual(
      [peerIdFromKey(otherKey), witness.id].sort(),
    );
  });

  it("two memberships of one socket in different rooms do not mix", async () => {
    const { connect } = await startServer();
    const [first, second] = [await connect(transport), await connect(transport)];
    const [key, otherKey] = [newKey(), newKey()];
    await first.join("a", { key });
    await first.join("b", { key: otherKey });
    await second.join("b", { key: newKey() });
    first.emit("exit", { room: "a" });
    await first.roundTrip();
    await second.roundTrip();
    expect(second.received("exit")).toEqual([]);
    expect(await second.call("offer", { room: "b", to: peerIdFromKey(otherKey), sdp: "v=0" })).toEqual({ ok: true });
    expect(await second.call("offer", { room: "b", to: peerIdFromKey(key), sdp: "v=0" })).toMatchObject({
      code: "PEER_NOT_FOUND",
    });
  });

  it("an empty room is forgotten", async () => {
    const { connect, signaling } = await startServer();
    const client = await connect(transport);
    await client.join("r", { key: newKey() });
    expect(await client.call("exit", { room: "r" })).toEqual({ ok: true });
    expect(await signaling.rooms()).toEqual([]);
    expect(await signaling.peers("r")).toEqual([]);
  });
});

describe("peerIdFromKey", () => {
  it("is the first 22 characters of base64url(SHA-256) of the key behind its prefix", () => {
    expect(peerIdFromKey("0123456789abcdefghijkl")).toMatch(/^[A-Za-z0-9_-]{22}$/);
    // openssl: printf sig-peer:0123456789abcdefghijkl | openssl dgst -sha256 -binary | base64 | tr +/ -_ | cut -c1-22
    expect(peerIdFromKey("0123456789abcdefghijkl")).toBe("shgKCAO4zpyGNcvkfb-h0G");
  });
});
