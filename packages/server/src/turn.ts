import { createHmac } from "node:crypto";
import { type IceServer } from "@sig/protocol";

/** One hour: long enough for nearly every call to need one set, short enough that a stolen one is soon worth nothing. */
const defaultTtl = 3600;
const longestTtl = 86_400;

export interface TurnCredentialsOptions {
  /** What the TURN server has as `static-auth-secret`. It is in nothing that is made here, and in no error. */
  readonly secret: string;
  /** Whose credentials they are: 1 to 256 visible characters of ASCII. TURN servers count, and bound, what one user has. */
  readonly user: string;
  /** For how many seconds an allocation can be made with them, a whole number from 1 to 86 400. Default 3600. */
  readonly ttl?: number | undefined;
  /** The time from which `ttl` counts, in milliseconds since 1970. Default: now. */
  readonly now?: number | undefined;
}

/** What a TURN server with the same secret lets in until they expire. */
export interface TurnCredentials {
  /** `expiry:user`, the expiry in seconds since 1970. */
  readonly username: string;
  /** base64(HMAC-SHA1(secret, username)). */
  readonly credential: string;
  /** For how many seconds, from `now`, they are good at least. */
  readonly ttl: number;
}

/**
 * Time-limited credentials as coturn's `use-auth-secret` reads them (draft-uberti-behave-turn-rest, section 2.2). The
 * TURN server looks at the expiry when an allocation is made; what was allocated before goes on.
 * @throws TypeError that says which option cannot be meant
 */
export function turnCredentials({
  secret,
  user,
  ttl = defaultTtl,
  now = Date.now(),
}: TurnCredentialsOptions): TurnCredentials {
  judgeSecret(secret);
  judgeTtl(ttl);
  if (typeof user !== "string" || !/^[!-~]{1,256}$/.test(user))
    throw new TypeError("user must be 1 to 256 visible characters of ASCII: the id of a peer, say.");
  if (!Number.isFinite(now)) throw new TypeError("now must be a time in milliseconds since 1970.");
  // Rounded up: of what `ttl` says, nothing is missing.
  const username = `${String(Math.ceil(now / 1000) + ttl)}:${user}`;
  return { username, credential: createHmac("sha1", secret).update(username, "utf8").digest("base64"), ttl };
}

export interface TurnServersOptions {
  /** Addresses of TURN servers that share the secret, as `turn:turn.example.org:3478?transport=udp` or `turns:turn.example.org:5349`. */
  readonly urls: string | readonly string[];
  /** What those servers have as `static-auth-secret`: read it from the environment. */
  readonly secret: string;
  /** For how many seconds credentials are good, a whole number from 1 to 86 400. Default 3600. Fresh ones are sent at three quarters of it. */
  readonly ttl?: number | undefined;
  /** Addresses of STUN servers that are handed out beside them, as `stun:stun.example.org:3478`. Default none: a TURN server answers STUN as well. */
  readonly stun?: string | readonly string[] | undefined;
}

/** Makes the ICE servers of one peer: the option `iceServers` of `attachSignaling`. */
export type TurnServersFor = (peer: { readonly id: string }) => {
  readonly iceServers: IceServer[];
  readonly ttl: number;
};

/**
 * A function for the option `iceServers` of `attachSignaling` that gives each peer credentials of its own, with the peer's
 * id as the user. The server sends fresh ones before they run out.
 * @throws TypeError that says which option cannot be meant
 */
export function turnServers({ urls, secret, ttl = defaultTtl, stun = [] }: TurnServersOptions): TurnServersFor {
  judgeSecret(secret);
  judgeTtl(ttl);
  const turn = addresses("urls", urls, turnAddress);
  if (turn.length === 0) throw new TypeError("urls must name at least one TURN server, as turn:turn.example.org:3478.");
  const others = addresses("stun", stun, stunAddress);
  return ({ id }) => {
    const { username, credential } = turnCredentials({ secret, user: id, ttl });
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
  // What is wrong is not repeated: somebody may have put the secret in the wrong place.
  const at = list.findIndex(
    (url) => typeof url !== "string" || !form.test(url) || !isPort(/:(\d+)(\?|$)/.exec(url)?.[1]),
  );
  if (at !== -1)
    throw new TypeError(
      `${name}: the address number ${String(at + 1)} of ${String(list.length)} must be like ${example}.`,
    );
  return list as string[];
}

/** A browser makes no connection at all where one address has a port that is none. */
function isPort(digits = "3478"): boolean {
  return Number(digits) >= 1 && Number(digits) <= 65_535;
}

function judgeSecret(secret: unknown): void {
  if (typeof secret === "string" && secret !== "") return;
  throw new TypeError(
    "secret must be the static-auth-secret of the TURN server, and is empty: is TURN_SECRET set where this process runs?",
  );
}

function judgeTtl(ttl: unknown): void {
  if (typeof ttl === "number" && Number.isInteger(ttl) && ttl >= 1 && ttl <= longestTtl) return;
  throw new TypeError(`ttl must be a whole number of seconds from 1 to ${String(longestTtl)}.`);
}
