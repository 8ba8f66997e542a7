import type { ServerResponse } from "node:http";
import { registerMetrics, type MetricsSource } from "@sig/server/metrics";
import { Registry } from "prom-client";

/** Answers a scrape of Prometheus with the numbers of the service. */
export function serveMetrics(signaling: MetricsSource): (response: ServerResponse) => Promise<void> {
  const registry = new Registry();
  registerMetrics(signaling, registry);
  return async (response) => {
    const text = await registry.metrics();
    response.writeHead(200, { "Content-Type": registry.contentType, "Cache-Control": "no-store" });
    response.end(text);
  };
}
