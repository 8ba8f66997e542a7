import type { Rule } from "../rule.js";
import { answering } from "./answering.js";
import { capabilities } from "./capabilities.js";
import type { ClientContext } from "./client-context.js";
import { joinsAndOffers, recordedEvents } from "./offering.js";
import { recovery, robustness } from "./robustness.js";

/** The rules for clients. The order matters: later rules use the peers and connections of earlier ones. */
export const clientRules: readonly Rule<ClientContext>[] = [
  ...joinsAndOffers,
  ...answering,
  ...capabilities,
  ...robustness,
  ...recovery,
  ...recordedEvents,
];
