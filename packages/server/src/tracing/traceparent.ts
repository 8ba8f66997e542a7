import { type SpanContext } from "./tracer.js";

/** W3C Trace Context, section 3.2: version, trace, span, flags. Ids of zeros and the version ff are invalid. */
const form = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;

/** The span that a client names in its join; nothing if the value is not a trace context of 55 characters. */
export function readTraceparent(value: unknown): SpanContext | undefined {
  if (typeof value !== "string") return undefined;
  const [, traceId, spanId, flags] = form.exec(value) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true };
}
