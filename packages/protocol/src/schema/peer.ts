import * as z from "zod/mini";
import { isPeerKey } from "../checks/peer.js";
import type { Limits } from "../limits.js";
import { field } from "./field.js";
import { boundedJson, flag, oneOf, text } from "./fields.js";

/** A peer's id as another peer or the server writes it. */
export const peerId = /* @__PURE__ */ (() => text(128))();

/** The secret of one membership: 22 to 128 base64url characters, shown only to the server. */
export const peerKey = /* @__PURE__ */ (() =>
  field<string, []>(isPeerKey, [], { expected: "22 to 128 base64url characters" }))();

/** What a peer's WebRTC stack can do. A field that is absent is not known. */
export const capabilities = /* @__PURE__ */ (() =>
  z.object({
    /** Takes candidates one by one, after the description. */
    trickle: z.optional(flag()),
    /** Can roll back its own offer to accept another. */
    rollback: z.optional(flag()),
    /** Takes further offers on a connection that is up. */
    renegotiate: z.optional(flag()),
    /** Can restart ICE. */
    restart: z.optional(flag()),
    /** Which dialect of descriptions and candidates it prefers. */
    dialect: z.optional(text(32, 0)),
  }))();
export type Capabilities = z.infer<typeof capabilities>;

export const presence = /* @__PURE__ */ (() => oneOf(["online", "away"]))();
export type Presence = z.infer<typeof presence>;

/** One entry of the roster in `created`. */
export const rosterPeer = (limits: Limits) =>
  z.object({
    id: peerId,
    metadata: z.optional(boundedJson(limits.metadata, limits.jsonDepth)),
    capabilities: z.optional(capabilities),
    state: z.optional(presence),
  });
export type RosterPeer = z.infer<ReturnType<typeof rosterPeer>>;
