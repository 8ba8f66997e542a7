export { type RelayedEvent } from "./counters.js";
export { type MetricGauges, type Metrics, type MetricStates, type MetricTotals } from "./metrics.js";
export { registerMetrics, type MetricsRegistry, type MetricsSource } from "./register-metrics.js";
export type { CutOffReason, FaultSource } from "../application-events.js";
export type { ErrorCode, ExitReason, Presence } from "@sig/protocol";
