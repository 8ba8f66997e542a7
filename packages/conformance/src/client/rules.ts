import type { Rule } from "../rule.js";
import { answering } from "./answering.js";
import { capabilities } from "./capabilities.js";
import { inAll, joinsAndOffers } from "./offering.js";
import { recovery, robustness } from "./robustness.js";
import type { Stage } from "./stage.js";

/** What a client is judged by. The order is that of a play: what one rule brings about, later ones find there. */
export const clientRules: readonly Rule<Stage>[] = [
  ...joinsAndOffers,
  ...answering,
  ...capabilities,
  ...robustness,
  ...recovery,
  ...inAll,
];
