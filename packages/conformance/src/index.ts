export type { Choice } from "./choice.js";
export type { Finding, Report } from "./report.js";
export { judgeServer, type JudgeServerOptions } from "./server/judge-server.js";
