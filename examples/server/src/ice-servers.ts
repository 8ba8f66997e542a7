import { turnServers } from "@sig/server/turn";
import type { SignalingOptions } from "@sig/server";

/**
 * Reads the ICE servers from environment variables: `TURN_URLS` and `STUN_URLS` (addresses separated by commas or
 * spaces) and `TURN_SECRET` (the `static-auth-secret` of the TURN servers).
 *
 * @returns `undefined` when none of them is set.
 * @throws Error when the secret is missing or an address is invalid.
 */
export function readIceServers({
  TURN_URLS,
  TURN_SECRET = "",
  STUN_URLS,
}: Record<string, string | undefined>): SignalingOptions["iceServers"] {
  const [turn, stun] = [addresses(TURN_URLS), addresses(STUN_URLS)];
  if (turn.length > 0) {
    if (TURN_SECRET === "")
      throw new Error("TURN_URLS needs TURN_SECRET: set it to the static-auth-secret of the TURN servers.");
    return turnServers({ urls: turn, secret: TURN_SECRET, stun });
  }
  return stun.length > 0 ? [{ urls: stun }] : undefined;
}

function addresses(text = ""): string[] {
  return text.split(/[\s,]+/).filter((address) => address !== "");
}
