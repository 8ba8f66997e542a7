import { rejection, type Rejection } from "./error.js";
import { validateJson } from "./checks/json.js";

/**
 * The old name of `validateJson`.
 * @deprecated Use `validateJson`. Version 0.3 removes this name.
 */
export const judgeJson = validateJson;

/**
 * The old name of `rejection`.
 * @deprecated Use `rejection`. Version 0.3 removes this name.
 */
export const refusal = rejection;

/**
 * The old name of `Rejection`.
 * @deprecated Use `Rejection`. Version 0.3 removes this name.
 */
export type Refusal = Rejection;
