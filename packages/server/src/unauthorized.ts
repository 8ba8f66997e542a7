/** The same for every copy of this package: an application may load it as ESM and as CommonJS. */
const brand = Symbol.for("@sig/server/unauthorized");

/** What the peer reads where the application gives no reason. */
export const notAuthorized = "Not authorized to join this room.";

/**
 * Thrown by `authorize`, this rejects a join as `UNAUTHORIZED`, and the message reaches the peer (cut to 256
 * characters). Anything else that `authorize` throws is a failure, not a decision.
 */
export class Unauthorized extends Error {
  override readonly name = "Unauthorized";
  readonly [brand] = true;

  constructor(message = notAuthorized, options?: ErrorOptions) {
    super(message, options);
  }
}

export function isUnauthorized(cause: unknown): cause is Unauthorized {
  return typeof cause === "object" && cause !== null && (cause as Partial<Unauthorized>)[brand] === true;
}
