import { validateJson } from "./checks/json.js";
import { rejection, type Rejection } from "./error.js";

/** The old name of `validateJson`, kept until version 0.3. */
export const judgeJson = validateJson;

/** The old name of `rejection`, kept until version 0.3. */
export const refusal = rejection;

/** The old name of `Rejection`, kept until version 0.3. */
export type Refusal = Rejection;
