/**
 * What is used of a tracer of OpenTelemetry: `trace.getTracer("…")` of any `@opentelemetry/api` 1.x fits as it is, and
 * nothing is imported from it. What it throws is reported as `error`, and changes nothing for the peers.
 */
export interface Tracer {
  startSpan(name: string, options?: SpanOptions, context?: TraceContext): Span;
}

export interface SpanOptions {
  /** Always 1, OpenTelemetry's `SERVER`. */
  kind?: number;
  attributes?: Record<string, string | boolean>;
  links?: { context: SpanContext }[];
}

export interface Span {
  spanContext(): SpanContext;
  setAttribute(name: string, value: string): unknown;
  /** `code` 2 is OpenTelemetry's `ERROR`. */
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/** Names one span of one trace. */
export interface SpanContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** Bit 0: the trace is recorded. */
  traceFlags: number;
  /** Whether another process has started the span. */
  isRemote?: boolean;
}

/** OpenTelemetry's `Context`: an immutable map in which a tracer looks for the parent of a span. */
export interface TraceContext {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): TraceContext;
  deleteValue(key: symbol): TraceContext;
}
