import { argumentsBehaviors } from "./arguments.js";
import type { Behavior } from "./behavior.js";
import { candidatesBehaviors } from "./candidates.js";
import { closingBehaviors } from "./closing.js";
import { configurationBehaviors } from "./configuration.js";
import { connectingBehaviors } from "./connecting.js";
import { createdDescriptionsBehaviors } from "./created-descriptions.js";
import { descriptionsBehaviors } from "./descriptions.js";
import { mediaBehaviors } from "./media.js";
import { messagesBehaviors } from "./messages.js";
import { negotiationBehaviors } from "./negotiation.js";
import { operationsBehaviors } from "./operations.js";
import { receivedTracksBehaviors } from "./received-tracks.js";
import { rollbackBehaviors } from "./rollbacks.js";
import { statesBehaviors } from "./states.js";
import { transceiversBehaviors } from "./transceivers.js";

/** The table of behaviors that fake connections and browsers share. */
export const behaviors: readonly Behavior[] = [
  ...statesBehaviors,
  ...operationsBehaviors,
  ...negotiationBehaviors,
  ...rollbackBehaviors,
  ...createdDescriptionsBehaviors,
  ...descriptionsBehaviors,
  ...candidatesBehaviors,
  ...configurationBehaviors,
  ...connectingBehaviors,
  ...mediaBehaviors,
  ...transceiversBehaviors,
  ...receivedTracksBehaviors,
  ...messagesBehaviors,
  ...closingBehaviors,
  ...argumentsBehaviors,
];
