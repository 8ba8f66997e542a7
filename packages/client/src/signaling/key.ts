/** Random bytes in digits and dashes: base64url text of up to 4 characters a byte. */
export function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).join("-");
}

/**
 * The secret of one membership (docs/protocol.md, identity): 256 bits in 63 to 127 characters, shown only to the
 * server.
 */
export function createKey(): string {
  return randomText(32);
}
