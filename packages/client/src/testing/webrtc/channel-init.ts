import { dictionary, enforceRange } from "./webidl.js";

/** The options of a data channel, with their defaults. */
export interface ChannelInit {
  readonly label: string;
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly protocol: string;
  readonly negotiated: boolean;
  /** That of a negotiated channel; others get theirs once the connection has its role (RFC 8832 section 6). */
  readonly id: number | null;
}

const maxBytes = 65_535;

/** Reads the arguments of `createDataChannel`, with the errors of W3C section 6.1. */
export function readChannelInit(label: string, given: RTCDataChannelInit | null | undefined): ChannelInit {
  const init = dictionary(given, "The options of a data channel");
  const protocol = init.protocol ?? "";
  for (const [name, text] of Object.entries({ label, protocol })) {
    if (new TextEncoder().encode(text).length > maxBytes)
      throw new TypeError(`The ${name} is longer than ${String(maxBytes)} bytes.`);
  }
  const read = (name: "id" | "maxPacketLifeTime" | "maxRetransmits"): number | null =>
    init[name] === undefined ? null : enforceRange(init[name], name);
  const [maxPacketLifeTime, maxRetransmits, id] = [read("maxPacketLifeTime"), read("maxRetransmits"), read("id")];
  if (maxPacketLifeTime !== null && maxRetransmits !== null)
    throw new TypeError("Only one of maxPacketLifeTime and maxRetransmits may be set.");
  const negotiated = init.negotiated ?? false;
  if (negotiated && id === null) throw new TypeError("A negotiated channel needs an id.");
  if (negotiated && id === maxBytes) throw new TypeError("The id of a data channel is at most 65534.");
  const ordered = init.ordered ?? true;
  return { label, protocol, ordered, maxPacketLifeTime, maxRetransmits, negotiated, id: negotiated ? id : null };
}
