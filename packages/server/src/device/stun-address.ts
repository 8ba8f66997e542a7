import { type IceServer, type StunAddress } from "@sig/protocol";

/** RFC 8489 section 18.6. */
const defaultPort = 3478;

/**
 * The first STUN server over UDP in a list, as host and port; null if the list has none. `stuns:` is TLS, which small
 * devices do not support.
 */
export function stunAddress(iceServers: readonly IceServer[]): StunAddress | null {
  for (const { urls } of iceServers) {
    for (const url of typeof urls === "string" ? [urls] : urls) {
      const address = readStunUrl(url);
      if (address !== undefined) return address;
    }
  }
  return null;
}

/** Reads `stun:host[:port]` of RFC 7064, an IPv6 address in brackets. A query, which only `turn:` has, is ignored. */
function readStunUrl(url: string): StunAddress | undefined {
  const [, bracketed, named, digits] =
    /^stun:(?:\[([\da-f:.]+)\]|([^\s:?/[\]]+))(?::(\d{1,5}))?(?:\?.*)?$/i.exec(url) ?? [];
  const host = bracketed ?? named;
  const port = digits === undefined ? defaultPort : Number(digits);
  return host === undefined || host.length > 255 || port > 65_535 ? undefined : { host, port };
}
