import { type ErrorCode } from "@sig/protocol";
import { report, type Core } from "../core.js";
import { contextWith } from "./parent-context.js";
import { type Span, type SpanContext, type Tracer } from "./tracer.js";

const server = 1;
const error = 2;

interface Related {
  /** Without: the span that is active in the application, or a new trace. */
  readonly parent: SpanContext | undefined;
  readonly link?: SpanContext | undefined;
}

/**
 * @param attributes words of the protocol: no names of rooms, ids, keys, tokens, descriptions, addresses or data of the
 *   application
 * @returns nothing if the tracer fails
 */
export function startSpan(
  core: Core,
  tracer: Tracer,
  name: string,
  attributes: Record<string, string | boolean>,
  { parent, link }: Related,
): Span | undefined {
  const links = link === undefined ? {} : { links: [{ context: link }] };
  const options = { kind: server, attributes, ...links };
  return guard(core, () => tracer.startSpan(name, options, parent === undefined ? undefined : contextWith(parent)));
}

/** @param outcome `ok`, or the code of the rejection; only a failure of the server is an error */
export function endSpan(core: Core, span: Span | undefined, outcome: "ok" | ErrorCode): void {
  if (span === undefined) return;
  guard(core, () => {
    span.setAttribute("sig.outcome", outcome);
    if (outcome === "INTERNAL") span.setStatus({ code: error });
    span.end();
  });
}

/** The context of a span as it is: a tracer may fail here as well. */
export function contextOf(core: Core, span: Span | undefined): SpanContext | undefined {
  return span === undefined ? undefined : guard(core, () => span.spanContext());
}

function guard<Value>(core: Core, task: () => Value): Value | undefined {
  try {
    return task();
  } catch (cause) {
    report(core, "tracer", cause);
    return undefined;
  }
}
