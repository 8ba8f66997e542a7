const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** `length` random base64url characters, 6 bits each. */
export function randomText(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet[byte & 63]).join("");
}

/** The secret of one membership (docs/protocol.md, identity): 258 bits, shown only to the server. */
export function createKey(): string {
  return randomText(43);
}
