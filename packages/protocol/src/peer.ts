import * as z from "zod/mini";
import type { Limits } from "./limits.js";
import { fieldThat, flag, oneOf, text } from "./fields.js";
import { boundedJson } from "./json.js";

/** A peer's id as another peer or the server writes it. */
export const peerId = /* @__PURE__ */ (() => text(128))();

/** The secret of one membership: 22 to 128 base64url characters, shown only to the server. */
export const peerKey = /* @__PURE__ */ (() =>
  fieldThat<string>(
    (value) => typeof value === "string" && /^[A-Za-z0-9_-]{22,128}$/.test(value),
    "must be 22 to 128 base64url characters",
  ))();

/** What a peer's WebRTC stack can do. A field that is absent is not known. */
export const capabilities = /* @__PURE__ */ (() =>
  z.object({
    /** Takes candidates one by one, after the description. */
    trickle: z.optional(flag()),
    /** Can take back an offer of its own to accept another. */
    rollback: z.optional(flag()),
    /** Takes further offers on a connection that is up. */
    renegotiate: z.optional(flag()),
    /** Can restart ICE. */
    restart: z.optional(flag()),
    /** Which spelling of descriptions and candidates it prefers. */
    dialect: z.optional(text(32, { minLength: 0 })),
  }))();
export type Capabilities = z.infer<typeof capabilities>;

export const presence = /* @__PURE__ */ (() => oneOf(["online", "away"]))();
export type Presence = z.infer<typeof presence>;

/** One line of the roster in `created`. */
export const rosterPeer = (limits: Limits) =>
  z.object({
    id: peerId,
    metadata: z.optional(boundedJson(limits.metadata, limits.jsonDepth)),
    capabilities: z.optional(capabilities),
    state: z.optional(presence),
  });
export type RosterPeer = z.infer<ReturnType<typeof rosterPeer>>;

/**
 * Whether an id was made from a key. Such ids have exactly 22 base64url characters (contract of
 * `peerIdFromKey`), Socket.IO's own have 20.
 */
export function isKeyedPeerId(id: string): boolean {
  return /^[A-Za-z0-9_-]{22}$/.test(id);
}
