import { isIPv4, isIPv6 } from "node:net";

/** A request as far as its address is concerned: the members of Node's `IncomingMessage` that are used here. */
export interface ConnectionRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** What requests without a known address count as: those over a Unix socket, with no proxy that names the client. */
const unknownAddress = "unknown";

/**
 * The address that a connection is counted on. IPv6 counts by its first 64 bits, since one customer of a provider has
 * all addresses that begin with them.
 *
 * @param trustedProxies how many proxies of the application append to `x-forwarded-for`. What stands further left was
 *   written by the client. Where the header is too short, or the entry is not an address, the connection counts as one
 *   of the last proxy's
 */
export function clientAddress({ headers, socket }: ConnectionRequest, trustedProxies: number): string {
  const direct = networkOf(socket.remoteAddress) ?? unknownAddress;
  if (trustedProxies === 0) return direct;
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  return networkOf(forwarded.at(-trustedProxies)) ?? direct;
}

/** Some proxies append the port, and put IPv6 into brackets; addresses of a link name its interface. */
const address = /^\s*(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+|([^\s[\]]+))\s*$/;

function networkOf(text = ""): string | undefined {
  const [, bracketed, withPort, plain] = address.exec(text) ?? [];
  const [given = ""] = (bracketed ?? withPort ?? plain ?? "").split("%");
  if (isIPv4(given)) return given;
  if (!isIPv6(given)) return undefined;
  const groups = groupsOf(given);
  const [high = 0, low = 0] = groups.slice(6);
  // An IPv4 address in the form of IPv6, as sockets for both report it.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(text: string): number[] {
  // The parser of URLs writes every address in one form, without dots.
  const [head = "", tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split("::");
  const read = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [first, last] = [read(head), read(tail ?? "")];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
