import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { newKey, transports } from "./client.js";
import { startServer } from "./harness.js";
import { twoMembers } from "./two-members.js";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

describe.each(transports)("relay over %s", (transport) => {
  it("a relayed payload has the known fields only, and the sender as the server knows it", async () => {
    const { first, second, ids } = await twoMembers(await startServer(), transport);
    const [from, to] = ids;
    const link = { epoch: "e", seq: 1, ack: 0 };
    const tracks = { "0": { stream: "s", label: "camera" } };
    await first.call("offer", { from: to, to, room: "r", sdp: "v=0", offerId: "o", link, tracks, extra: { deep: [] } });
    expect(await second.next("offer")).toEqual({ from, to, room: "r", sdp: "v=0", offerId: "o", link, tracks });
    await first.call("answer", { to, room: "r", sdp: { type: "answer", sdp: "v=0\n" }, junk: 1 });
    expect(await second.next("answer")).toEqual({ from, to, room: "r", sdp: "v=0\n" });
    const candidate = { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1 x.local", usernameFragment: "u", extra: 1 };
    await first.call("candidate", { to, room: "r", candidate, offerId: "o" });
    expect(await second.next("candidate")).toEqual({
      from,
      to,
      room: "r",
      offerId: "o",
      candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1 x.local", usernameFragment: "u" },
    });
  });

  it("a legacy client receives the fields of the base protocol and no others", async () => {
    const { first, second, ids } = await twoMembers(await startServer(), transport, [true, false]);
    const [from, to] = ids;
    const extras = { offerId: "o", link: { epoch: "e", seq: 1, ack: 0 } };
    await first.call("offer", { to, room: "r", sdp: "v=0", tracks: {}, ...extras });
    expect(await second.next("offer")).toEqual({ from, to, room: "r", sdp: "v=0" });
    const candidate = { sdpMid: "0", sdpMLineIndex: "1", sdp: "candidate:1", usernameFragment: "u" };
    await first.call("candidate", { to, room: "r", candidate, ...extras });
    expect(await second.next("candidate")).toEqual({
      from,
      to,
      room: "r",
      candidate: { sdpMid: "0", sdpMLineIndex: "1", sdp: "candidate:1" },
    });
    await first.call("message", { room: "r", type: "chat", data: 1 });
    await first.call("metadata", { room: "r", metadata: 1 });
    await second.roundTrip();
    expect(second.log.map(({ event }) => event)).toEqual(["created", "offer", "candidate"]);
  });

  it("descriptions and candidates arrive byte for byte, and the line index keeps its type", async () => {
    const { first, second, ids } = await twoMembers(await startServer(), transport);
    const to = ids[1];
    const sdp = `v=0\r\n s=\u2028 \u00e9\ud83d\ude00 \u0000\ttrailing \n${randomBytes(3000).toString("base64")}`;
    await first.call("offer", { to, room: "r", sdp });
    expect(hash((await second.next("offer")).sdp)).toBe(hash(sdp));
    for (const sdpMLineIndex of [0, "0", "12", 65_535, null]) {
      await first.call("candidate", { to, room: "r", candidate: { sdpMid: null, sdpMLineIndex, sdp: "" } });
      expect((await second.next("candidate")).candidate).toEqual({ sdpMid: null, sdpMLineIndex, sdp: "" });
    }
  });

  it("both dialects are read, and the first one is sent", async () => {
    const { first, second, ids } = await twoMembers(await startServer(), transport);
    await first.call("candidate", {
      to: ids[1],
      room: "r",
      candidate: { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 },
    });
    expect((await second.next("candidate")).candidate).toEqual({ sdp: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 });
    await first.call("offer", { to: ids[1], room: "r", sdp: { type: "offer", sdp: "v=0" } });
    expect((await second.next("offer")).sdp).toBe("v=0");
  });

  it("a relay to an away peer is rejected with PEER_AWAY, to oneself or a stranger with PEER_NOT_FOUND", async () => {
    const server = await startServer();
    const { first, second, ids } = await twoMembers(server, transport);
    for (const to of [ids[0], "nobody", first.socketId, second.socketId]) {
      expect(await first.call("offer", { to, room: "r", sdp: "v=0" }), to).toMatchObject({
        ok: false,
        code: "PEER_NOT_FOUND",
        retryable: false,
      });
    }
    second.close();
    await first.next("presence");
    expect(await first.call("offer", { to: ids[1], room: "r", sdp: "v=0" })).toMatchObject({
      ok: false,
      code: "PEER_AWAY",
      retryable: true,
    });
    expect(await first.call("message", { to: ids[1], room: "r", type: "x", data: 1 })).toMatchObject({
      ok: false,
      code: "PEER_AWAY",
    });
  });

  it("a rejected event without an ack is answered by `rejected`, to peers of both kinds", async () => {
    const { first, second } = await twoMembers(await startServer(), transport, [true, false]);
    for (const client of [first, second]) {
      client.emit("offer", { to: "nobody", room: "r", sdp: "v=0" });
      expect(await client.next("rejected")).toEqual({
        event: "offer",
        code: "PEER_NOT_FOUND",
        message: expect.any(String) as string,
        retryable: false,
        room: "r",
        to: "nobody",
      });
      client.emit("candidate", { to: ["x"], room: "\u0000" });
      expect(Object.keys(await client.next("rejected")).sort()).toEqual(["code", "event", "message", "retryable"]);
      client.emit("exit", { room: "elsewhere" });
      expect(await client.next("rejected")).toMatchObject({ event: "exit", code: "NOT_IN_ROOM", room: "elsewhere" });
    }
  });
});

describe.each(transports)("messages and metadata over %s", (transport) => {
  it("a message reaches every other peer with a key, or the one that it names", async () => {
    const server = await startServer();
    const { first, second, ids } = await twoMembers(server, transport);
    const third = await server.connect(transport);
    await third.join("r", { key: newKey() });
    expect(
      await first.call("message", { room: "r", type: "chat", data: { text: "hi", nothing: null }, extra: 1 }),
    ).toEqual({ ok: true });
    const expected = { from: ids[0], room: "r", type: "chat", data: { text: "hi", nothing: null } };
    expect(await second.next("message")).toEqual(expected);
    expect(await third.next("message")).toEqual(expected);
    await first.call("message", { room: "r", to: ids[1], type: "chat", data: [1] });
    expect(await second.next("message")).toEqual({ from: ids[0], room: "r", type: "chat", data: [1] });
    await Promise.all([third.roundTrip(), first.roundTrip()]);
    expect(third.received("message")).toHaveLength(1);
    expect(first.received("message")).toEqual([]);
  });

  it("a message to a legacy client is rejected with the reason", async () => {
    const { first, ids } = await twoMembers(await startServer(), transport, [true, false]);
    const reply = await first.call("message", { room: "r", to: ids[1], type: "chat", data: 1 });
    expect(reply).toMatchObject({ code: "PEER_NOT_FOUND", message: /legacy client/ });
  });

  it("changed metadata reaches every peer with a key and those that join later", async () => {
    const server = await startServer();
    const { first, second, ids } = await twoMembers(server, transport);
    expect(await first.call("metadata", { room: "r", metadata: { name: "Ada" } })).toEqual({ ok: true });
    expect(await second.next("metadata")).toEqual({ id: ids[0], room: "r", metadata: { name: "Ada" } });
    const third = await server.connect(transport);
    expect((await third.join("r", { key: newKey() })).peers).toContainEqual({
      id: ids[0],
      state: "online",
      metadata: { name: "Ada" },
    });
    await first.roundTrip();
    expect(first.received("metadata")).toEqual([]);
  });
});
