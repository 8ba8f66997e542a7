import * as z from "zod/mini";
import { isPeerKey } from "../checks/peer.js";
import type { Limits } from "../limits.js";
import { field } from "./field.js";
import { boundedJson, flag, oneOf, text, textList } from "./fields.js";

/** A peer's id as another peer or the server writes it. */
export const peerId = /* @__PURE__ */ (() => text(128))();

/** The secret of one membership: 22 to 128 base64url characters, shown only to the server. */
export const peerKey = /* @__PURE__ */ (() =>
  field<string, []>(isPeerKey, [], { expected: "22 to 128 base64url characters" }))();

/** The abilities of a peer's WebRTC stack. An absent field means unknown. */
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
    /** The dialect of descriptions and candidates that it prefers. */
    dialect: z.optional(text(32, 0)),
  }))();
/** The abilities of a peer's WebRTC stack. */
export type Capabilities = z.infer<typeof capabilities>;

/** The names of features beyond the base protocol that an end understands. An unknown name means nothing. */
export const features = /* @__PURE__ */ (() => textList(16, 32))();

/** `away`: the peer's socket dropped, and the grace time runs. */
export const presence = /* @__PURE__ */ (() => oneOf(["online", "away"]))();
/** Whether a member's socket is connected. */
export type Presence = z.infer<typeof presence>;

/** What the server says of a member to the others. */
export const memberFields = (limits: Limits) => ({
  id: peerId,
  metadata: z.optional(boundedJson(limits.metadata, limits.jsonDepth)),
  /** What the application says of the peer: nothing that the peer sent. */
  attributes: z.optional(boundedJson(limits.metadata, limits.jsonDepth)),
  capabilities: z.optional(capabilities),
  features: z.optional(features),
});

/** One entry of the roster in `created`. */
export const rosterPeer = (limits: Limits) => z.object({ ...memberFields(limits), state: z.optional(presence) });
/** One entry of the roster in `created`. */
export type RosterPeer = z.infer<ReturnType<typeof rosterPeer>>;
