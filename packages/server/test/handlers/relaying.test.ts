import { describe, expect, it } from "vitest";
import { startMemoryService } from "../memory-service.js";
import { eventPrefix, joinAs, notInRoom, prefixed, rejected } from "./members.js";

const noSuchPeer = rejected("PEER_NOT_FOUND", "There is no such peer in that room.");
const sdp = "v=0\r\n";
const link = { epoch: "1.e", seq: 1, ack: 0 };
const place = { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1" };
const candidate = { ...place, usernameFragment: "u" };

describe.each([
  ["offer", { sdp, offerId: "1", link }, { sdp }],
  ["answer", { sdp, offerId: "1", link }, { sdp }],
  ["candidate", { candidate, offerId: "1", link }, { candidate: place }],
] as const)("%s", (event, fields, baseFields) => {
  it("reaches a peer with a key as it was sent, with its sender, and nobody else", async () => {
    const service = startMemoryService();
    const [a, b, c] = [await joinAs(service), await joinAs(service), await joinAs(service)];
    expect(await a.socket.call(event, { room: "r", to: b.id, ...fields })).toEqual({ ok: true });
    expect(b.socket.received(event)).toEqual([{ room: "r", to: b.id, from: a.id, ...fields }]);
    expect([...a.socket.received(event), ...c.socket.received(event)]).toEqual([]);
  });

  it("reaches a legacy client with the fields of the base protocol alone", async () => {
    const service = startMemoryService();
    const [a, legacy] = [await joinAs(service), await joinAs(service, {})];
    expect(await a.socket.call(event, { room: "r", to: legacy.id, ...fields })).toEqual({ ok: true });
    expect(legacy.socket.received(event)).toEqual([{ room: "r", to: legacy.id, from: a.id, ...baseFields }]);
  });

  it("is rejected from a stranger, to a stranger, to oneself and to a peer that is away", async () => {
    const service = startMemoryService();
    const [a, away] = [await joinAs(service), await joinAs(service)];
    away.socket.disconnect();
    const call = (to: string, from = a.socket) => from.call(event, { room: "r", to, ...fields });
    expect(await call(a.id, service.connect())).toEqual(notInRoom);
    expect(await call("nobody")).toEqual(noSuchPeer);
    expect(await call(a.id)).toEqual(noSuchPeer);
    expect(await call(away.id)).toMatchObject({
      code: "PEER_AWAY",
      message: "The peer lost its connection and may come back.",
    });
    expect([...a.socket.received(event), ...away.socket.received(event)]).toEqual([]);
  });

  it("is an event for an application that listens, without its content", async () => {
    const service = startMemoryService();
    const relayed: unknown[] = [];
    service.signaling.on("relayed", (each) => relayed.push(each));
    const [a, b] = [await joinAs(service), await joinAs(service)];
    await a.socket.call(event, { room: "r", to: b.id, ...fields });
    expect(relayed).toEqual([{ room: "r", from: a.id, to: b.id, event }]);
  });
});

describe("leaving", () => {
  it("makes the end of the connection a departure, which nobody waits for", async () => {
    const service = startMemoryService();
    const [a, b, witness] = [await joinAs(service), await joinAs(service), await joinAs(service)];
    expect(await a.socket.call("leaving", { room: "r" })).toEqual({ ok: true });
    expect(witness.socket.received("exit")).toEqual([]);
    for (const { socket } of [a, b]) socket.disconnect();
    expect(witness.socket.received("exit")).toEqual([expect.objectContaining({ from: a.id, reason: "left" })]);
  });

  it("of a stranger is rejected", async () => {
    const { connect } = startMemoryService({ eventPrefix });
    expect(await connect().call(prefixed("leaving"), { room: "r" })).toEqual(notInRoom);
  });
});

describe("exit", () => {
  it("ends the membership for everybody, with its reason", async () => {
    const service = startMemoryService();
    const [a, witness] = [await joinAs(service), await joinAs(service)];
    expect(await a.socket.call("exit", { room: "r" })).toEqual({ ok: true });
    expect(witness.socket.received("exit")).toEqual([expect.objectContaining({ from: a.id, reason: "left" })]);
    expect((await service.signaling.peers("r")).map(({ id }) => id)).toEqual([witness.id]);
  });

  it("of a stranger is rejected", async () => {
    expect(await startMemoryService().connect().call("exit", { room: "r" })).toEqual(notInRoom);
  });
});
