import { checkClient, type CheckClientOptions } from "./client/check-client.js";
import { checkDevice } from "./device/check-device.js";
import type { RuleFilter } from "./rule-filter.js";
import { checkServer, type CheckServerOptions } from "./server/check-server.js";

export { checkClient, type CheckClientOptions } from "./client/check-client.js";
export type { Connect, Connection, ConnectionListener } from "./connection.js";
export { Unreachable } from "./connection.js";
// eslint-disable-next-line @typescript-eslint/no-deprecated -- exported until the next minor version
export type { DeprecatedOptions, DeprecatedReport, Finding } from "./deprecated.js";
export { checkDevice } from "./device/check-device.js";
export type { CheckOptions } from "./options.js";
export type { Report } from "./report.js";
export type { RuleFilter } from "./rule-filter.js";
export type { RuleResult } from "./rule-result.js";
export { checkServer, type CheckServerOptions, type ServerTarget } from "./server/check-server.js";
export type { ServerSettings } from "./server/server-context.js";

/** @deprecated Use `checkServer`. */
export const judgeServer = checkServer;
/** @deprecated Use `checkClient`. */
export const judgeClient = checkClient;
/** @deprecated Use `checkDevice`. */
export const judgeDevice = checkDevice;

/** @deprecated Use `CheckServerOptions`. */
export type JudgeServerOptions = CheckServerOptions;
/** @deprecated Use `CheckClientOptions`. */
export type JudgeClientOptions = CheckClientOptions;
/** @deprecated Use `RuleFilter`. */
export type Choice = RuleFilter;
