import type { Rule } from "../rule.js";
import { application } from "./application.js";
import { deviceGateway } from "./device-gateway.js";
import { dialects } from "./dialects.js";
import { identity } from "./identity.js";
import { joining } from "./joining.js";
import type { Lab } from "./lab.js";
import { limits } from "./limits.js";
import { presence } from "./presence.js";
import { refusals } from "./refusals.js";
import { relaying } from "./relaying.js";
import { seedClients } from "./seed-clients.js";

/** What a server is judged by, in this order. */
export const serverRules: readonly Rule<Lab>[] = [
  ...joining,
  ...identity,
  ...relaying,
  ...dialects,
  ...presence,
  ...application,
  ...seedClients,
  ...refusals,
  ...limits,
  ...deviceGateway,
];
