import { turnServers } from "@sig/server/turn";
import type { SignalingOptions } from "@sig/server";

/**
 * Reads the ICE servers as a person writes them in environment variables: `TURN_URLS` and `STUN_URLS`, several addresses
 * apart by commas or spaces, and `TURN_SECRET`, the `static-auth-secret` of those TURN servers.
 *
 * @returns None when nothing is set.
 * @throws an Error with a sentence for a person where they cannot be meant.
 */
export function readIceServers({
  TURN_URLS,
  TURN_SECRET = "",
  STUN_URLS,
}: Record<string, string | undefined>): SignalingOptions["iceServers"] {
  const [turn, stun] = [addresses(TURN_URLS), addresses(STUN_URLS)];
  if (turn.length > 0) {
    if (TURN_SECRET === "")
      throw new Error("TURN_URLS is set and TURN_SECRET is not: it has to be the static-auth-secret of those servers.");
    return turnServers({ urls: turn, secret: TURN_SECRET, stun });
  }
  return stun.length > 0 ? [{ urls: stun }] : undefined;
}

function addresses(text = ""): string[] {
  return text.split(/[\s,]+/).filter((address) => address !== "");
}
