import { type SpanContext, type TraceContext } from "./tracer.js";

/** Where `@opentelemetry/api` keeps the parent span: a symbol of the global registry, so that all its copies agree. */
const spanKey = Symbol.for("OpenTelemetry Context Key SPAN");

/** A context that has nothing but a parent span. */
export function contextWith(parent: SpanContext): TraceContext {
  return new MapContext(new Map([[spanKey, { spanContext: () => parent, isRecording: () => false }]]));
}

class MapContext implements TraceContext {
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(values: ReadonlyMap<symbol, unknown>) {
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.get(key);
  }

  setValue(key: symbol, value: unknown): TraceContext {
    return new MapContext(new Map(this.#values).set(key, value));
  }

  deleteValue(key: symbol): TraceContext {
    const values = new Map(this.#values);
    values.delete(key);
    return new MapContext(values);
  }
}
