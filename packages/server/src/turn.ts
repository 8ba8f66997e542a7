import { createHmac } from "node:crypto";
import { type IceServer } from "@sig/protocol";

/** One hour: nearly every call needs one set of credentials only, and a stolen set soon expires. */
const defaultTtl = 3600;
const longestTtl = 86_400;

export interface TurnCredentialsOptions {
  /** The `static-auth-secret` of the TURN server. No result and no error contains it. */
  readonly secret: string;
  /** The user of the credentials: 1 to 256 visible ASCII characters. TURN servers have quotas for each user. */
  readonly user: string;
  /** Seconds during which they are valid for new allocations, a whole number from 1 to 86 400. Default 3600. */
  readonly ttl?: number | undefined;
  /** The time from which `ttl` counts, in milliseconds since 1970. Default: now. */
  readonly now?: number | undefined;
}

/** Credentials that a TURN server with the same secret accepts until they expire. */
export interface TurnCredentials {
  /** `expiry:user`, the expiry in seconds since 1970. */
  readonly username: string;
  /** base64(HMAC-SHA1(secret, username)). */
  readonly credential: string;
  /** Seconds from `now` during which they are valid, at least. */
  readonly ttl: number;
}

/**
 * Makes time-limited credentials as coturn's `use-auth-secret` reads them (draft-uberti-behave-turn-rest, section 2.2).
 * The TURN server checks the expiry when an allocation is made; earlier allocations go on.
 * @throws TypeError that names the invalid option
 */
export function turnCredentials({
  secret,
  user,
  ttl = defaultTtl,
  now = Date.now(),
}: TurnCredentialsOptions): TurnCredentials {
  checkSecret(secret);
  checkTtl(ttl);
  if (typeof user !== "string" || !/^[!-~]{1,256}$/.test(user))
    throw new TypeError("user must be 1 to 256 visible ASCII characters, for instance the id of a peer.");
  if (!Number.isFinite(now)) throw new TypeError(`now must be a time in milliseconds since 1970, not ${String(now)}.`);
  // Rounded up, so that the credentials are valid for all of `ttl`.
  const username = `${String(Math.ceil(now / 1000) + ttl)}:${user}`;
  return { username, credential: createHmac("sha1", secret).update(username, "utf8").digest("base64"), ttl };
}

export interface TurnServersOptions {
  /**
   * Addresses of TURN servers that share the secret, as `turn:turn.example.org:3478?transport=udp` or
   * `turns:turn.example.org:5349`.
   */
  readonly urls: string | readonly string[];
  /** The `static-auth-secret` of those servers: read it from the environment. */
  readonly secret: string;
  /**
   * Seconds during which credentials are valid, a whole number from 1 to 86 400. Default 3600. Fresh ones are sent at
   * three quarters of it.
   */
  readonly ttl?: number | undefined;
  /**
   * Addresses of STUN servers that peers receive too, as `stun:stun.example.org:3478`. Default none: a TURN server
   * answers STUN as well.
   */
  readonly stun?: string | readonly string[] | undefined;
  /** Replaces the clock, for tests: returns milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Makes the ICE servers of one peer: the option `iceServers` of `attachSignaling`. */
export type TurnServersFor = (peer: { readonly id: string }) => {
  readonly iceServers: IceServer[];
  readonly ttl: number;
};

/**
 * Makes a function for the option `iceServers` of `attachSignaling`. It gives each peer its own credentials, with the
 * id of the peer as the user. The server sends fresh ones before they expire.
 * @throws TypeError that names the invalid option
 */
export function turnServers({
  urls,
  secret,
  ttl = defaultTtl,
  stun = [],
  now = Date.now,
}: TurnServersOptions): TurnServersFor {
  checkSecret(secret);
  checkTtl(ttl);
  const turn = addresses("urls", urls, turnAddress);
  if (turn.length === 0)
    throw new TypeError("urls must have at least one TURN server, such as turn:turn.example.org:3478.");
  const others = addresses("stun", stun, stunAddress);
  return ({ id }) => {
    const { username, credential } = turnCredentials({ secret, user: id, ttl, now: now() });
    return {
      iceServers: [...(others.length > 0 ? [{ urls: [...others] }] : []), { urls: [...turn], username, credential }],
      ttl,
    };
  };
}

/** RFC 7064 and RFC 7065, with the transports that browsers know. A host in brackets is an IPv6 address. */
const host = String.raw`(\[[\d:.a-f]+\]|[\w.-]+)(:\d{1,5})?`;
const turnAddress = {
  form: new RegExp(String.raw`^turns?:${host}(\?transport=(udp|tcp))?$`, "i"),
  example: "turn:turn.example.org:3478?transport=udp",
};
const stunAddress = { form: new RegExp(`^stuns?:${host}$`, "i"), example: "stun:stun.example.org:3478" };

function addresses(
  name: string,
  given: string | readonly string[],
  { form, example }: { form: RegExp; example: string },
): string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  // The invalid value is not part of the message: it may be the secret, in the wrong place.
  const at = list.findIndex(
    (url) => typeof url !== "string" || !form.test(url) || !isPort(/:(\d+)(\?|$)/.exec(url)?.[1]),
  );
  if (at !== -1)
    throw new TypeError(
      `${name}: address ${String(at + 1)} of ${String(list.length)} is invalid: expected an address like ${example}.`,
    );
  return list as string[];
}

/** A browser makes no connection at all if one address has an invalid port. */
function isPort(digits = "3478"): boolean {
  return Number(digits) >= 1 && Number(digits) <= 65_535;
}

function checkSecret(secret: unknown): void {
  if (typeof secret === "string" && secret !== "") return;
  throw new TypeError(
    "secret is empty: expected the static-auth-secret of the TURN server. Is TURN_SECRET set in the " +
      "environment of this process?",
  );
}

function checkTtl(ttl: unknown): void {
  if (typeof ttl === "number" && Number.isInteger(ttl) && ttl >= 1 && ttl <= longestTtl) return;
  throw new TypeError(`ttl must be a whole number of seconds from 1 to ${String(longestTtl)}, not ${String(ttl)}.`);
}
