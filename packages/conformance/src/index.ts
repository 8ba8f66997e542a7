export type { Choice } from "./choice.js";
export { judgeClient, type JudgeClientOptions } from "./client/judge-client.js";
export { judgeDevice } from "./device/judge-device.js";
export type { Finding, Report } from "./report.js";
export { judgeServer, type JudgeServerOptions } from "./server/judge-server.js";
