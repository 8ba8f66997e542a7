import { knownNames, optionalBoolean, record, shown } from "../option-checks.js";

/** The first request of a connection: the member of Node's `IncomingMessage` that is used here. */
export interface HandshakeRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A function as the option `allowRequest` of Socket.IO takes it. */
export type AllowRequest = (
  request: HandshakeRequest,
  decide: (error: string | null | undefined, success: boolean) => void,
) => void;

/** Options of `allowOrigins`. */
export interface AllowOriginsOptions {
  /**
   * Whether the page may also come from the host that it connects to, whatever its name, over `http:` or `https:`: for
   * a server that serves the page itself and does not know its own name. A proxy must pass the header `host` on.
   * Default false.
   */
  sameOrigin?: boolean | undefined;
  /**
   * Whether programs may connect that send no origin, as those outside browsers do: apps, devices, other servers.
   * Default false; then a request without an origin is allowed only where the browser says that it comes from a page
   * of the same origin, as it does for long polling.
   */
  withoutOrigin?: boolean | undefined;
}

const optionNames: Record<keyof AllowOriginsOptions, true> = { sameOrigin: true, withoutOrigin: true };

/**
 * Makes the option `allowRequest` of a Socket.IO server: connections from pages of other origins are rejected, over
 * WebSocket and long polling (status 403 for long polling, 400 for WebSocket). An origin is compared as a whole, so
 * that `https://app.example.org` allows neither its subdomains nor other ports. It stops other people's pages, not
 * programs outside browsers, which can claim any origin.
 *
 * @param origins such as `https://app.example.org`: scheme, host in lower case, and the port unless it is the default
 * @throws TypeError that names the invalid origin or option
 */
export function allowOrigins(origins: readonly string[], options: AllowOriginsOptions = {}): AllowRequest {
  if (!Array.isArray(origins)) throw new TypeError(`origins must be an array of strings, not ${shown(origins)}.`);
  const allowed = new Set(origins.map((origin, index) => checkOrigin(`origins[${String(index)}]`, origin)));
  knownNames("", record("The options", options), optionNames);
  const sameOrigin = optionalBoolean("sameOrigin", options.sameOrigin) ?? false;
  const withoutOrigin = optionalBoolean("withoutOrigin", options.withoutOrigin) ?? false;
  if (allowed.size === 0 && !sameOrigin && !withoutOrigin)
    throw new TypeError("origins is empty: list the origins of your pages, such as https://app.example.org.");

  const isAllowed = ({ origin, host, "sec-fetch-site": site }: HandshakeRequest["headers"]): boolean => {
    // Pages cannot write headers that begin with `sec-`.
    if (origin === undefined) return withoutOrigin || site === "same-origin";
    if (typeof origin !== "string") return false;
    return allowed.has(origin) || (sameOrigin && host !== undefined && hostOf(origin) === host);
  };
  return ({ headers }, decide) => {
    if (isAllowed(headers)) decide(null, true);
    else decide("Origin not allowed", false);
  };
}

/** The host and port of a page, as the header `host` has them; `undefined` for anything but a page. */
function hostOf(origin: string): string | undefined {
  const url = parseUrl(origin);
  return url?.origin === origin ? url.host : undefined;
}

/** Browsers send an origin in one form only: any other form would never match. */
function checkOrigin(name: string, value: unknown): string {
  if (typeof value === "string" && !value.includes("*")) {
    const url = parseUrl(value);
    const isPage = url?.protocol === "http:" || url?.protocol === "https:";
    // Apps have schemes of their own, such as capacitor://localhost.
    if (isPage ? url.origin === value : /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@]+$/.test(value) && url !== undefined)
      return value;
    if (isPage)
      throw new TypeError(`${name} must be an origin: write ${shown(url.origin)} instead of ${shown(value)}.`);
  }
  throw new TypeError(`${name} must be an origin such as "https://app.example.org", not ${shown(value)}.`);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
