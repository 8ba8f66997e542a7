import { createHash } from "node:crypto";

const idLength = 22;

/**
 * Returns the id of the peer that holds a key: the first 22 characters of base64url(SHA-256("sig-peer:" + key)).
 * The key cannot be computed from the id, and every node of a cluster computes the same id.
 */
export function peerIdFromKey(key: string): string {
  const text = createHash("sha256").update(`sig-peer:${key}`, "utf8").digest("base64url");
  // Not `slice`: the engine would keep the whole text for as long as the id.
  return Buffer.from(text, "latin1").toString("latin1", 0, idLength);
}
