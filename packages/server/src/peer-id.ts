import { createHash } from "node:crypto";

/**
 * Returns the id of the peer that holds a key: the first 22 characters of base64url(SHA-256("sig-peer:" + key)).
 * The key cannot be computed from the id, and every node of a cluster computes the same id.
 */
export function peerIdFromKey(key: string): string {
  return createHash("sha256").update(`sig-peer:${key}`, "utf8").digest("base64url").slice(0, 22);
}
