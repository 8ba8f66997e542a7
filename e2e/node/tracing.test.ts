import { FakeNetwork } from "@sig/client/testing";
import type { SpanContext, Tracer } from "@sig/server";
import { afterEach, expect, it } from "vitest";
import { Lab } from "./support/lab.js";

const lab = new Lab();
afterEach(() => lab.close());

/** Where `@opentelemetry/api` looks for the parent of a span. */
const spanKey = Symbol.for("OpenTelemetry Context Key SPAN");

interface Recorded {
  readonly name: string;
  readonly event: unknown;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
}

/** Records spans as a tracer of OpenTelemetry makes them; `@sig/server` has a test with its SDK. */
function recordingTracer(recorded: Recorded[]): Tracer {
  return {
    startSpan: (name, options, context) => {
      const parent = (context?.getValue(spanKey) as { spanContext(): SpanContext } | undefined)?.spanContext();
      const spanId = String(recorded.length + 1).padStart(16, "0");
      const traceId = parent?.traceId ?? "0".repeat(31) + String(recorded.length + 1);
      const span = { traceId, spanId, traceFlags: 1 };
      recorded.push({ name, event: options?.attributes?.["sig.event"], context: span, parent });
      return {
        spanContext: () => span,
        setAttribute: () => undefined,
        setStatus: () => undefined,
        end: () => undefined,
      };
    },
  };
}

it("a call is one trace, from both pages through the server, if they give the trace context of the call", async () => {
  const spans: Recorded[] = [];
  await lab.serve({ tracer: recordingTracer(spans) });
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const network = new FakeNetwork();
  const managers = ["a", "b"].map((host) =>
    lab.manage(undefined, { RTCPeerConnection: network.connectionClass(host), dataChannel: true }),
  );
  const connected = managers.map(
    async (manager) =>
      new Promise((resolve) => {
        manager.on("peerState", (_, state) => state === "connected" && resolve(state));
      }),
  );
  for (const [index, manager] of managers.entries())
    await manager.join("room", { traceparent: () => `00-${trace}-${String(index + 1).repeat(16)}-01` });
  await Promise.all(connected);

  const joins = spans.filter(({ name }) => name === "sig.join");
  expect(joins.map(({ parent }) => parent?.spanId)).toEqual(["1".repeat(16), "2".repeat(16)]);
  const relays = spans.filter(({ name }) => name === "sig.relay");
  const of = (event: string): unknown[] => [
    ...new Set(relays.filter((span) => span.event === event).map(({ parent }) => parent?.spanId)),
  ];
  const [first, second] = joins.map(({ context }) => context.spanId);
  expect([of("offer"), of("answer")], "the newcomer's offer travels with its join").toEqual([[], [first]]);
  expect(new Set(of("candidate"))).toEqual(new Set([first, second]));
  expect(new Set(spans.map(({ context }) => context.traceId))).toEqual(new Set([trace]));
});
