export { registerMetrics, type MetricsRegistry, type MetricsSource } from "./register-metrics.js";
