import type { Threat } from "./threat.js";
import * as reach from "./threats-of-reach.js";
import * as values from "./threats-of-values.js";

/** The rows of the threat table that any server can be tried with. */
export const threats = { ...reach, ...values } as const satisfies Record<string, Threat>;
