import type { Limits } from "../limits.js";
import { boundedJson, text } from "./fields.js";

/** The type and data of an app message. */
export const messageFields = (limits: Limits) => ({
  type: text(64),
  data: boundedJson(limits.message, limits.jsonDepth),
});
