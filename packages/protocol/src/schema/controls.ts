import * as z from "zod/mini";
import { oneOf, textList } from "./fields.js";

/**
 * Control messages between two peers, on the data channel: event name -> schema. Each is sent only to a peer that named
 * the feature of its name.
 */
export const controlMessages = /* @__PURE__ */ (() => ({
  /** The whole state at each change: a receiver needs to have seen none before. */
  mute: z.object({
    event: oneOf(["mute"]),
    /** The media sections, by `a=mid`, whose track the sender has muted. */
    muted: textList(64, 128),
  }),
}))();

/** A control message between two peers. */
export type ControlMessage = z.infer<(typeof controlMessages)[keyof typeof controlMessages]>;
