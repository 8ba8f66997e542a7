import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { type SignalingFault, type SignalingOptions } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { startServer } from "../harness.js";
import { settled, startMemoryService } from "../memory-service.js";
import { startTracing } from "./open-telemetry.js";

/** `SpanKind.SERVER`, `SpanStatusCode.UNSET` and `SpanStatusCode.ERROR`. */
const [serverKind, unset, error] = [1, 0, 2];

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = (span: string, flags = "01") => `00-${trace}-${span}-${flags}`;
const secret = "a-secret-that-nobody-logs";
const candidateLine = "candidate:1 1 udp 2122260223 192.0.2.77 50000 typ host";

function summary({ name, kind, attributes, status, parentSpanContext, links }: ReadableSpan) {
  return { name, kind, attributes, status, parent: parentSpanContext?.spanId, links: links.length };
}

const ids = (span: ReadableSpan) => span.spanContext();

async function startTraced(options: SignalingOptions = {}) {
  const tracing = startTracing();
  const service = startMemoryService({ ...options, tracer: tracing.tracer });
  return { ...tracing, ...service };
}

describe("spans of OpenTelemetry", () => {
  it("are made for the joins and relays of a call, in the trace of the pages", async () => {
    const { tracer, spans } = startTracing();
    const server = await startServer({ tracer, authorize: async () => Promise.resolve(true) });
    const [ada, bob] = [await server.connect(), await server.connect("polling")];
    const join = { room: `room-${secret}`, token: `token-${secret}`, metadata: { name: secret } };
    const { room } = join;
    const adas = traceparent("00f067aa0ba902b7");
    const bobs = traceparent("00f067aa0ba902b8");
    const { id: idOfAda } = await ada.join(room, { ...join, key: newKey(), traceparent: adas });
    const { id: idOfBob } = await bob.join(room, { ...join, key: newKey(), traceparent: bobs });
    const sdp = `v=0\r\na=${secret}\r\n`;
    await bob.call("offer", { room, to: idOfAda, sdp });
    await ada.call("answer", { room, to: idOfBob, sdp });
    await ada.call("candidate", {
      room,
      to: idOfBob,
      candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: candidateLine },
    });
    await bob.call("message", { room, type: `type-${secret}`, data: secret });
    await bob.call("offer", { room, to: "nobody", sdp });

    const [joinOfAda, joinOfBob] = spans() as [ReadableSpan, ReadableSpan];
    const [adaSpan, bobSpan] = [ids(joinOfAda).spanId, ids(joinOfBob).spanId];
    const kind = serverKind;
    const status = { code: unset };
    const joined = { name: "sig.join", kind, status, attributes: { "sig.keyed": true, "sig.outcome": "ok" }, links: 0 };
    const relay = (event: string, parent: string, links: number, outcome = "ok") => ({
      ...{ name: "sig.relay", kind, status, parent, links },
      attributes: { "sig.event": event, "sig.outcome": outcome },
    });
    expect(spans().map(summary)).toEqual([
      { ...joined, parent: "00f067aa0ba902b7" },
      { ...joined, parent: "00f067aa0ba902b8" },
      relay("offer", bobSpan, 1),
      relay("answer", adaSpan, 1),
      relay("candidate", adaSpan, 1),
      relay("message", bobSpan, 0),
      relay("offer", bobSpan, 0, "PEER_NOT_FOUND"),
    ]);
    expect(new Set(spans().map((span) => ids(span).traceId))).toEqual(new Set([trace]));
    expect(spans()[2]?.links.map(({ context }) => context.spanId)).toEqual([adaSpan]);
    const everything = JSON.stringify(
      spans().map(({ name, attributes, events, links, status: { message } }) => [
        name,
        attributes,
        events,
        links.map(({ attributes: ofLink }) => ofLink),
        message,
      ]),
    );
    for (const text of [secret, "192.0.2.77", idOfAda, idOfBob, "v=0"]) expect(everything).not.toContain(text);
  });

  it("of a join without a trace context begin a trace, and what that member sends is part of it", async () => {
    const { spans, connect } = await startTraced();
    const [ada, bob] = [connect(), connect()];
    const reply = await ada.join("r", { key: newKey() });
    await bob.join("r", {});
    bob.send("offer", { room: "r", to: reply.ok ? reply.id : "", sdp: "v=0" });
    const [first, second, relay] = spans() as [ReadableSpan, ReadableSpan, ReadableSpan];
    expect([first, second].map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined, undefined]);
    expect(ids(first).traceId).not.toBe(ids(second).traceId);
    expect([relay.parentSpanContext?.spanId, ids(relay).traceId]).toEqual([ids(second).spanId, ids(second).traceId]);
    expect(
      relay.links.map(({ context }) => context.traceId),
      "the trace of the receiver",
    ).toEqual([ids(first).traceId]);
    expect(second.attributes).toEqual({ "sig.keyed": false, "sig.outcome": "ok" });
  });

  it("of a return belong to the trace of the return, and so does what is sent after it", async () => {
    const { spans, connect } = await startTraced();
    const [key, other] = [newKey(), newKey()];
    const target = await connect().join("r", { key: other });
    const first = connect();
    await first.join("r", { key });
    first.disconnect();
    const again = connect();
    await again.join("r", { key, traceparent: traceparent("00f067aa0ba902b7") });
    await again.call("offer", { room: "r", to: target.ok ? target.id : "", sdp: "v=0" });
    expect(spans().map((span) => [span.name, ids(span).traceId === trace])).toEqual([
      ["sig.join", false],
      ["sig.join", false],
      ["sig.join", true],
      ["sig.relay", true],
    ]);
  });

  it("have the code of a rejection as the outcome; a failure of the server is an error", async () => {
    const { spans, connect } = await startTraced({
      authorize: ({ room }) => {
        if (room === "broken") throw new Error(secret);
        return `no entry: ${secret}`;
      },
    });
    await connect().join("r");
    await connect().join("broken");
    connect().send("offer", { room: "r", to: "x", sdp: "v=0" });
    expect(spans().map(({ attributes, status }) => [attributes["sig.outcome"], status])).toEqual([
      ["UNAUTHORIZED", { code: unset }],
      ["INTERNAL", { code: error }],
      ["NOT_IN_ROOM", { code: unset }],
    ]);
  });

  it("are not made of events that the rate limit or the schema has rejected", async () => {
    const { spans, connect } = await startTraced({ rateLimit: { perSecond: 0.001, burst: 1 } });
    const socket = connect();
    await socket.call("offer", { room: "r", to: "x", sdp: 7 });
    await socket.join("r");
    expect(spans()).toEqual([]);
  });

  it("are not recorded where the trace of the client is not", async () => {
    const { spans, connect } = await startTraced();
    await connect().join("r", { key: newKey(), traceparent: traceparent("00f067aa0ba902b7", "00") });
    await connect().join("r", { key: newKey(), traceparent: traceparent("00f067aa0ba902b7", "01") });
    expect(spans()).toHaveLength(1);
  });

  it.each([
    ["another length", `${traceparent("00f067aa0ba902b7")}-00`],
    ["uppercase", traceparent("00F067AA0BA902B7")],
    ["a trace of zeros", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
    ["a span of zeros", traceparent("0".repeat(16))],
    ["the version ff", `ff${traceparent("00f067aa0ba902b7").slice(2)}`],
    ["a line break", `${traceparent("00f067aa0ba902b7")}\n`],
    ["a megabyte", "0".repeat(1_000_000)],
    ["a list", [traceparent("00f067aa0ba902b7")]],
    ["null", null],
  ])("ignore an invalid trace context, and the join goes on: %s", async (_, invalid) => {
    const { spans, connect } = await startTraced();
    expect(await connect().join("r", { key: newKey(), traceparent: invalid })).toMatchObject({ ok: true });
    expect(spans().map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined]);
  });

  it("do not make another join of one that is repeated with another trace context", async () => {
    let asked = 0;
    let admit = (_: boolean): void => undefined;
    const decided = new Promise<boolean>((resolve) => (admit = resolve));
    const { spans, connect } = await startTraced({
      authorize: async () => {
        asked += 1;
        return decided;
      },
    });
    const socket = connect();
    const key = newKey();
    const replies = ["00f067aa0ba902b7", "00f067aa0ba902b8"].map(async (span) =>
      socket.join("r", { key, traceparent: traceparent(span) }),
    );
    admit(true);
    expect(await Promise.all(replies)).toMatchObject([{ ok: true }, { ok: true }]);
    expect(asked).toBe(1);
    await settled();
    expect(spans()).toHaveLength(2);
  });

  it("never get in the way: a tracer that throws is reported as `error`", async () => {
    const { tracer } = startTracing();
    const broken = ["startSpan", "spanContext", "setAttribute", "end"] as const;
    for (const part of broken) {
      const fail = (): never => {
        throw new Error(part);
      };
      const { signaling, connect } = startMemoryService({
        tracer: {
          startSpan: (...args) => {
            if (part === "startSpan") fail();
            const span = tracer.startSpan(...(args as [string]));
            return part === "startSpan" ? span : Object.assign(span, { [part]: fail });
          },
        },
      });
      const faults: SignalingFault[] = [];
      signaling.on("error", (fault) => faults.push(fault));
      const target = await connect().join("r", { key: newKey() });
      const socket = connect();
      await socket.join("r", { key: newKey() });
      expect(await socket.call("offer", { room: "r", to: target.ok ? target.id : "", sdp: "v=0" })).toEqual({
        ok: true,
      });
      expect(faults[0]).toMatchObject({ source: "tracer", cause: { message: part } });
      expect(signaling.metrics()["faults.tracer"]).toBe(faults.length);
    }
    expect(() => startMemoryService({ tracer: {} as never })).toThrow("tracer");
  });
});
