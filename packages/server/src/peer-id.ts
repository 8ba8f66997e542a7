import { createHash } from "node:crypto";

/**
 * The id of the peer that holds a key: the first 22 characters of base64url(SHA-256("sig-peer:" + key)).
 * Whoever knows the id cannot find the key, and every node of a cluster comes to the same id by itself.
 */
export function peerIdFromKey(key: string): string {
  return createHash("sha256").update(`sig-peer:${key}`, "utf8").digest("base64url").slice(0, 22);
}
