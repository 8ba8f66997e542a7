import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Sdk from "@opentelemetry/sdk-trace-base";

const require = createRequire(import.meta.url);

/**
 * The SDK of OpenTelemetry. Tests run with the condition `module`, for which `@opentelemetry/api` has files that Node
 * cannot load: their imports have no extensions. The SDK gets those that Node loads without the condition.
 */
function loadSdk(): typeof Sdk {
  const chosen = require.resolve("@opentelemetry/api");
  const loadable = chosen.replace(/build.\w+.index\.js$/, join("build", "src", "index.js"));
  require(loadable);
  require.cache[chosen] = require.cache[loadable];
  return require("@opentelemetry/sdk-trace-base") as typeof Sdk;
}

const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = loadSdk();

/** The tracer of an application, and the spans that have ended. */
export function startTracing() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { tracer: provider.getTracer("test"), spans: () => exporter.getFinishedSpans() };
}
