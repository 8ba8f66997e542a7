import type { Rule } from "../rule.js";
import { application } from "./application.js";
import { deviceGateway } from "./device-gateway.js";
import { dialects } from "./dialects.js";
import { features } from "./features.js";
import { identity } from "./identity.js";
import { joining } from "./joining.js";
import { legacyClients } from "./legacy-clients.js";
import { limits } from "./limits.js";
import { presence } from "./presence.js";
import { rejections } from "./rejections.js";
import { relaying } from "./relaying.js";
import type { ServerContext } from "./server-context.js";
import { vectors } from "./vectors.js";

/** The rules for servers, in the order of a run. */
export const serverRules: readonly Rule<ServerContext>[] = [
  ...joining,
  ...identity,
  ...relaying,
  ...dialects,
  ...presence,
  ...application,
  ...features,
  ...legacyClients,
  ...rejections,
  ...vectors,
  ...limits,
  ...deviceGateway,
];
