import * as z from "zod/mini";
import { isUrls } from "../checks/values.js";
import { field, listOf } from "./field.js";
import { seconds, text } from "./fields.js";

/** A STUN or TURN server in the form of `RTCConfiguration.iceServers`. */
export const iceServer = /* @__PURE__ */ (() =>
  z.object({
    urls: field<string | string[], []>(isUrls, [], { expected: "a string or an array of strings" }),
    username: z.optional(text(4096, 0)),
    credential: z.optional(text(4096, 0)),
  }))();
/** A STUN or TURN server in the form of `RTCConfiguration.iceServers`. */
export type IceServer = z.infer<typeof iceServer>;

/** Fields that hand out ICE servers; `iceServersTtl` is in seconds from the moment they were sent. */
export const iceServersFields = () => ({
  iceServers: listOf(iceServer),
  iceServersTtl: z.optional(seconds()),
});
