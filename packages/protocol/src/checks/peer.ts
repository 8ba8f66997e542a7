/**
 * The sender of a message that the server itself wrote. No peer can have this id: socket ids and key ids are longer.
 */
export const serverSender = "server";

/** The secret of one membership: 22 to 128 base64url characters, shown only to the server. */
export function isPeerKey(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9_-]{22,128}$/.test(value);
}

/** Whether an id was made from a key: such ids have exactly 22 base64url characters, socket ids have 20. */
export function isKeyedPeerId(id: string): boolean {
  return /^[A-Za-z0-9_-]{22}$/.test(id);
}
