import { text } from "./fields.js";
import { boundedJson } from "./json.js";
import type { Limits } from "./limits.js";

/** The sender of a message that the server itself wrote. No peer can have this id: socket ids and key ids are longer. */
export const serverSender = "server";

/** The type and data of an app message. */
export const messageFields = (limits: Limits) => ({
  type: text(64),
  data: boundedJson(limits.message, limits.jsonDepth),
});
