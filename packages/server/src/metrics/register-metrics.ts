import { Counter, Gauge, register, type Registry } from "prom-client";
import { metricFamilies, valuesOf, type MetricFamily } from "./metric-families.js";
import { sumMetrics, type Metrics } from "./metrics.js";

/** What is used of a `Registry` of prom-client 15, of any copy of it. */
export interface MetricsRegistry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  removeSingleMetric(name: string): void;
}

/** What is used of a service. */
export interface MetricsSource {
  metrics(): Metrics;
}

/**
 * Adds the numbers of `signaling.metrics()` to a registry of prom-client, as gauges and counters whose names begin with
 * `sig_`. They are read when the registry is scraped, and at no other time. Those of several services are added up; a
 * state is that of the worst.
 * @param services one service, or all services of this process
 * @param registry default: the global `register` of prom-client
 * @returns a function that removes them from the registry
 * @throws TypeError without a service; Error if the registry has one of the names already, and nothing is added then
 */
export function registerMetrics(
  services: MetricsSource | readonly MetricsSource[],
  registry: MetricsRegistry = register,
): () => void {
  const sources: readonly MetricsSource[] = "metrics" in services ? [services] : [...services];
  if (sources.length === 0) throw new TypeError("registerMetrics: give one service of attachSignaling at least.");
  const families = Object.entries(metricFamilies);
  const taken = families.find(([, { name }]) => registry.getSingleMetric(name) !== undefined);
  if (taken !== undefined)
    throw new Error(
      `registerMetrics: this registry has a metric ${taken[1].name} already. Call registerMetrics once for each ` +
        "registry, with all services.",
    );
  const read = readOnce(sources);
  for (const [first, family] of families) addFamily(registry, family, () => valuesOf(read(), first));
  return () => {
    for (const [, { name }] of families) registry.removeSingleMetric(name);
  };
}

/** All families of one scrape are read in the same task, and so from the same numbers. */
function readOnce(sources: readonly MetricsSource[]): () => Metrics {
  let latest: Metrics | undefined;
  return () => {
    if (latest !== undefined) return latest;
    queueMicrotask(() => (latest = undefined));
    return (latest = readAll(sources));
  };
}

function readAll(sources: readonly MetricsSource[]): Metrics {
  const [first, ...others] = sources.map((source) => source.metrics()) as [Metrics, ...Metrics[]];
  const all = [first, ...others];
  const closing = Math.max(...all.map((metrics) => metrics.closing));
  const draining = Math.max(...all.map((metrics) => metrics.draining));
  const rosterReachable = Math.min(...all.map((metrics) => metrics.rosterReachable));
  return sumMetrics(others, { closing, draining, rosterReachable }, first);
}

function addFamily(
  registry: MetricsRegistry,
  { name, type, help, label }: MetricFamily,
  read: () => readonly [label: string, value: number][],
): void {
  const labelsOf = (value: string): Record<string, string> => (label === undefined ? {} : { [label]: value });
  const registers = [registry as unknown as Registry];
  const labelNames = label === undefined ? [] : [label];
  if (type === "gauge")
    new Gauge({
      ...{ name, help, labelNames, registers },
      collect() {
        for (const [value, number] of read()) this.set(labelsOf(value), number);
      },
    });
  else
    new Counter({
      ...{ name, help, labelNames, registers },
      collect() {
        // It can only be increased: what was counted elsewhere is set anew.
        this.reset();
        for (const [value, number] of read()) this.inc(labelsOf(value), number);
      },
    });
}
