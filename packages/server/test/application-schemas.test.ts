import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { newKey } from "./client.js";
import { deferred, startServer } from "./harness.js";

describe("schemas of the application", () => {
  const chat = z.object({ text: z.string() });

  it("metadata is validated on a join and on a change, and the others receive the output of the schema", async () => {
    const { connect } = await startServer({ metadata: z.object({ name: z.string().trim() }) });
    const [a, b, legacy] = [await connect(), await connect(), await connect()];
    expect(await a.call("createAndJoinRoom", { room: "r", key: newKey(), metadata: { name: 7 } })).toMatchObject({
      code: "BAD_PAYLOAD",
    });
    expect(
      await a.call("createAndJoinRoom", { room: "r", key: newKey() }),
      "metadata is required with a key",
    ).toMatchObject({
      code: "BAD_PAYLOAD",
    });
    const { id } = await a.join("r", { key: newKey(), metadata: { name: " Ada ", more: 1 } });
    expect((await b.join("r", { key: newKey(), metadata: { name: "Bo" } })).peers).toEqual([
      { id, state: "online", metadata: { name: "Ada" } },
    ]);
    expect(await a.call("metadata", { room: "r", metadata: {} })).toMatchObject({ code: "BAD_PAYLOAD" });
    expect(await a.call("metadata", { room: "r", metadata: { name: " Eve " } })).toEqual({ ok: true });
    expect(await b.next("metadata")).toEqual({ id, room: "r", metadata: { name: "Eve" } });
    expect(await legacy.join("r"), "a legacy client still joins").toMatchObject({ room: "r" });
  });

  it("messages are validated by their type and relayed as they came", async () => {
    const { connect } = await startServer({
      messages: { chat: chat.transform(({ text }) => ({ text: text.toUpperCase() })) },
    });
    const [a, b] = [await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    for (const type of ["other", "constructor", "__proto__", "toString"]) {
      expect(await a.call("message", { room: "r", type, data: { text: "x" } }), type).toMatchObject({
        code: "BAD_PAYLOAD",
      });
    }
    expect(await a.call("message", { room: "r", type: "chat", data: {} })).toMatchObject({ code: "BAD_PAYLOAD" });
    expect(await a.call("message", { room: "r", type: "chat", data: { text: "hi" } })).toEqual({ ok: true });
    expect((await b.next("message")).data).toEqual({ text: "hi" });
  });

  it("U17: are not asked for calls that still wait when their caller leaves", async () => {
    const gate = deferred<boolean>();
    let asked = 0;
    // zod asks an asynchronous refinement twice.
    const validate = async (value: unknown) => {
      asked += 1;
      await gate.promise;
      return { value };
    };
    const { connect } = await startServer({
      messages: { slow: { "~standard": { version: 1, vendor: "test", validate } } },
    });
    const [a, b] = [await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    const sent = Array.from({ length: 100 }, () => a.call("message", { room: "r", type: "slow", data: 1 }));
    await a.call("exit", { room: "r" });
    gate.resolve(true);
    const replies = await Promise.all(sent);
    expect(replies.every((reply) => !reply.ok && reply.code === "NOT_IN_ROOM")).toBe(true);
    expect(asked).toBe(1);
    await b.roundTrip();
    expect(b.received("message")).toEqual([]);
  });

  it("the messages of one sender stay in order, however long a schema takes", async () => {
    const gate = deferred<boolean>();
    const slow = chat.refine(({ text }) => (text === "first" ? gate.promise : Promise.resolve(true)));
    const { connect } = await startServer({ messages: { slow, quick: chat } });
    const [a, b] = [await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    a.emit("message", { room: "r", type: "slow", data: { text: "first" } });
    a.emit("message", { room: "r", type: "slow", data: { text: "second" } });
    const last = a.call("message", { room: "r", type: "quick", data: { text: "third" } });
    await a.roundTrip();
    gate.resolve(true);
    expect(await last).toEqual({ ok: true });
    await b.roundTrip();
    expect(b.received("message").map(([, payload]) => (payload as { data: { text: string } }).data.text)).toEqual([
      "first",
      "second",
      "third",
    ]);
  });

  it("a message whose sender leaves while it is validated reaches nobody", async () => {
    const gate = deferred<boolean>();
    const { connect } = await startServer({ messages: { slow: z.any().refine(() => gate.promise) } });
    const [a, b] = [await connect(), await connect()];
    await a.join("r", { key: newKey() });
    await b.join("r", { key: newKey() });
    const sending = a.call("message", { room: "r", type: "slow", data: 1 });
    await a.call("exit", { room: "r" });
    gate.resolve(true);
    expect(await sending).toMatchObject({ code: "NOT_IN_ROOM" });
    await b.roundTrip();
    expect(b.received("message")).toEqual([]);
  });

  it("a schema that throws, or whose output is not JSON, rejects with INTERNAL and is reported", async () => {
    const { connect, signaling } = await startServer({
      metadata: z
        .any()
        .transform((value: unknown) =>
          value === "map" ? new Map() : value === "throw" ? (JSON.parse("{") as unknown) : value,
        ),
    });
    const faults = vi.fn();
    signaling.on("error", faults);
    const a = await connect();
    await a.join("r", { key: newKey(), metadata: 1 });
    expect(await a.call("metadata", { room: "r", metadata: "map" })).toMatchObject({
      code: "INTERNAL",
      retryable: true,
    });
    expect(await a.call("metadata", { room: "r", metadata: "throw" })).toMatchObject({ code: "INTERNAL" });
    expect(faults).toHaveBeenCalledTimes(2);
    expect((await signaling.peers("r"))[0]?.metadata).toBe(1);
  });
});
