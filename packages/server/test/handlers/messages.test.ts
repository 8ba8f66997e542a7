import { describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { deferred } from "../harness.js";
import { settled, startMemoryService } from "../memory-service.js";
import { eventPrefix, joinAs, notInRoom, prefixed, rejected, schemaOf } from "./members.js";

const noSuchPeer = rejected("PEER_NOT_FOUND", "There is no such peer in that room.");
const chat = { room: "r", type: "chat", data: { text: "hi" } };
const picky = schemaOf((value) => (value === "bad" ? { issues: [{ message: "no" }] } : { value: `${String(value)}!` }));

describe("message", () => {
  it("without `to` reaches all others that have a key and are online, with its sender", async () => {
    const service = startMemoryService();
    const [a, b, legacy, away] = [
      await joinAs(service),
      await joinAs(service),
      await joinAs(service, {}),
      await joinAs(service),
    ];
    away.socket.disconnect();
    expect(await a.socket.call("message", chat)).toEqual({ ok: true });
    expect(b.socket.received("message")).toEqual([{ from: a.id, ...chat }]);
    for (const { socket } of [a, legacy, away]) expect(socket.received("message")).toEqual([]);
  });

  it("with `to` reaches that peer alone", async () => {
    const service = startMemoryService();
    const [a, b, c] = [await joinAs(service), await joinAs(service), await joinAs(service)];
    expect(await a.socket.call("message", { ...chat, to: b.id })).toEqual({ ok: true });
    expect(b.socket.received("message")).toEqual([{ from: a.id, ...chat }]);
    expect(c.socket.received("message")).toEqual([]);
  });

  it("is rejected to a stranger, to oneself, to a legacy client and to a peer that is away", async () => {
    const service = startMemoryService();
    const [a, legacy, away] = [await joinAs(service), await joinAs(service, {}), await joinAs(service)];
    away.socket.disconnect();
    const call = (to: string) => a.socket.call("message", { ...chat, to });
    expect(await call("nobody")).toEqual(noSuchPeer);
    expect(await call(a.id)).toEqual(noSuchPeer);
    expect(await call(legacy.id)).toEqual(
      rejected("PEER_NOT_FOUND", "That peer is a legacy client and receives no messages."),
    );
    expect(await call(away.id)).toMatchObject({ code: "PEER_AWAY" });
    for (const { socket } of [a, legacy]) expect(socket.received("message")).toEqual([]);
  });

  it("of a stranger is rejected", async () => {
    const { connect } = startMemoryService({ eventPrefix });
    expect(await connect().call(prefixed("message"), chat)).toEqual(notInRoom);
  });

  it("is validated by the schema of its type, and relayed as it came", async () => {
    const service = startMemoryService({ messages: { picky } });
    const [a, b] = [await joinAs(service), await joinAs(service)];
    const call = (type: string, data: string) => a.socket.call("message", { room: "r", type, data });
    expect(await call("other", "x")).toEqual(rejected("BAD_PAYLOAD", "The application has no message of this type."));
    expect(await call("picky", "bad")).toEqual(
      rejected("BAD_PAYLOAD", "The application's schema for messages does not accept this."),
    );
    expect(await call("picky", "good")).toEqual({ ok: true });
    expect(b.socket.received("message").map(({ data }) => data)).toEqual(["good"]);
  });

  it("whose schema throws is rejected, and the application is notified of its source", async () => {
    const broken = schemaOf(() => {
      throw new Error("no database");
    });
    const service = startMemoryService({ messages: { broken } });
    const sources: string[] = [];
    service.signaling.on("error", ({ source }) => sources.push(source));
    const { socket } = await joinAs(service);
    expect(await socket.call("message", { room: "r", type: "broken", data: 1 })).toMatchObject({ code: "INTERNAL" });
    expect(sources).toEqual(["messages"]);
  });
});

describe("metadata", () => {
  const change = (metadata: unknown) => ({ room: "r", metadata });

  it("reaches the others with its owner, and newcomers in `created`", async () => {
    const service = startMemoryService();
    const [a, b] = [await joinAs(service), await joinAs(service)];
    expect(await a.socket.call("metadata", change("busy"))).toEqual({ ok: true });
    expect(b.socket.received("metadata")).toEqual([{ id: a.id, room: "r", metadata: "busy" }]);
    expect(a.socket.received("metadata")).toEqual([]);
    expect((await joinAs(service)).socket.received("created")[0]?.peers).toMatchObject([
      { id: a.id, metadata: "busy" },
      { id: b.id },
    ]);
  });

  it("of a stranger is rejected", async () => {
    const { connect } = startMemoryService({ eventPrefix });
    expect(await connect().call(prefixed("metadata"), change("busy"))).toEqual(notInRoom);
  });

  it("is what the schema makes of it: nothing is sent as null", async () => {
    const schema = schemaOf((value) =>
      value === "bad" ? { issues: [{ message: "no" }] } : { value: value === "none" ? undefined : `${String(value)}!` },
    );
    const service = startMemoryService({ metadata: schema });
    const [a, b] = [
      await joinAs(service, { key: newKey(), metadata: "a" }),
      await joinAs(service, { key: newKey(), metadata: "b" }),
    ];
    expect(await a.socket.call("metadata", change("bad"))).toEqual(
      rejected("BAD_PAYLOAD", "The application's schema for metadata does not accept this."),
    );
    for (const value of ["busy", "none"]) expect(await a.socket.call("metadata", change(value))).toEqual({ ok: true });
    expect(b.socket.received("metadata").map(({ metadata }) => metadata)).toEqual(["busy!", null]);
  });
});

describe.each([
  ["message", { room: "r", type: "slow", data: 1 }],
  ["metadata", { room: "r", metadata: 1 }],
] as const)("%s with a schema that takes its time", (event, payload) => {
  /** Two members, and a schema that the test lets answer. Joins have a value that it accepts at once. */
  async function startSlow() {
    const gates: (() => void)[] = [];
    const sources: string[] = [];
    const slow = schemaOf((value) =>
      value === "at once" ? { value } : new Promise((resolve) => gates.push(() => resolve({ value }))),
    );
    const service = startMemoryService({ messages: { slow }, metadata: slow });
    service.signaling.on("error", ({ source }) => sources.push(source));
    const fields = () => ({ key: newKey(), metadata: "at once" });
    const [a, b] = [await joinAs(service, fields()), await joinAs(service, fields())];
    return { ...service, gates, sources, a, b };
  }

  it("is sent once the schema has answered, in order", async () => {
    const { gates, a, b } = await startSlow();
    const calls = [a.socket.call(event, payload), a.socket.call(event, payload)];
    expect(gates).toHaveLength(1);
    gates[0]?.();
    expect(await calls[0]).toEqual({ ok: true });
    await settled();
    expect(b.socket.received(event)).toHaveLength(1);
    gates[1]?.();
    expect(await calls[1]).toEqual({ ok: true });
    expect(b.socket.received(event)).toHaveLength(2);
  });

  it("is rejected if the sender has left meanwhile, and no later one asks the schema", async () => {
    const { gates, a, b } = await startSlow();
    const calls = [a.socket.call(event, payload), a.socket.call(event, payload)];
    await a.socket.call("exit", { room: "r" });
    gates[0]?.();
    expect(await Promise.all(calls)).toEqual([notInRoom, notInRoom]);
    expect(gates).toHaveLength(1);
    expect(b.socket.received(event)).toEqual([]);
  });

  it("is rejected if the sender has left and joined again meanwhile", async () => {
    const { gates, a, b } = await startSlow();
    const call = a.socket.call(event, payload);
    await a.socket.call("exit", { room: "r" });
    await a.socket.join("r", { key: newKey(), metadata: "at once" });
    gates[0]?.();
    expect(await call).toEqual(notInRoom);
    expect(b.socket.received(event)).toEqual([]);
  });

  it("is rejected after ten seconds, and the application is notified of the source", async () => {
    const { clock, sources, a } = await startSlow();
    const call = a.socket.call(event, payload);
    clock.advance(10_000);
    expect(await call).toMatchObject({ code: "INTERNAL" });
    expect(sources).toEqual([event === "message" ? "messages" : "metadata"]);
  });
});

describe("a message without a schema", () => {
  it("waits for an earlier change of metadata, and is rejected if the sender has left by then", async () => {
    const gate = deferred<{ value: unknown }>();
    const metadata = schemaOf((value) => (value === "at once" ? { value } : gate.promise));
    const service = startMemoryService({ metadata });
    const fields = () => ({ key: newKey(), metadata: "at once" });
    const [a, b] = [await joinAs(service, fields()), await joinAs(service, fields())];
    const calls = [a.socket.call("metadata", { room: "r", metadata: 1 }), a.socket.call("message", chat)];
    await a.socket.call("exit", { room: "r" });
    gate.resolve({ value: 1 });
    expect(await Promise.all(calls)).toEqual([notInRoom, notInRoom]);
    expect(b.socket.received("message")).toEqual([]);
  });
});
