import { eventType, isFields, type Fields, type Packet } from "./packet.js";
import { descriptionSize, fieldSize, objectSize } from "./text-size.js";

/**
 * The text of an offer, an answer or a candidate, and everything that it says; fields that it does not have are
 * undefined. The values are kept apart from the payload, which the application may change before the relay reads it.
 */
export interface ReceivedText {
  readonly text: string;
  readonly nsp: string;
  readonly event: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly room: unknown;
  readonly sdp: unknown;
  readonly offerId: unknown;
  readonly hasCandidate: boolean;
  readonly sdpMid: unknown;
  readonly sdpMLineIndex: unknown;
  /** The field `sdp` of a candidate. */
  readonly line: unknown;
  readonly usernameFragment: unknown;
  readonly hasLink: boolean;
  readonly epoch: unknown;
  readonly seq: unknown;
  readonly ack: unknown;
  /** Mid, stream and label of each media section. */
  readonly tracks: readonly unknown[] | undefined;
}

const absent: Fields = {};

/** `2["",]`: everything around the name of the event, its payload and the namespace. */
const frame = 6;

/**
 * Reads what the text of a packet says. Undefined unless it is the plainest text that says it, but for the order of
 * fields: no unknown field, no field twice, no space, no number like 1e2, and no escape outside of a description.
 *
 * A comparison of lengths shows that. A text has a token for each name and value that was parsed from it, and none is
 * shorter than its plainest form. So a text that is as long as the plainest forms together has nothing else.
 */
export function readText({ type, nsp, id, data }: Packet, text: string): ReceivedText | undefined {
  if (type !== eventType || id !== undefined || !Array.isArray(data) || data.length !== 2) return undefined;
  const [event, payload] = data as [unknown, unknown];
  if (!isRelayEvent(event) || !isFields(payload)) return undefined;
  const { from, to, room, sdp, offerId, candidate, link, tracks } = payload;
  const { sdpMid, sdpMLineIndex, sdp: line, usernameFragment } = isFields(candidate) ? candidate : absent;
  const { epoch, seq, ack } = isFields(link) ? link : absent;
  const hasCandidate = candidate !== undefined;
  // No event has both, and the field that `descriptionSize` finds would be the wrong one.
  if (hasCandidate && sdp !== undefined) return undefined;
  const hasLink = link !== undefined;

  const namespaceSize = nsp === "/" ? 0 : nsp.length + 1;
  let fields = fieldSize("from", from) + fieldSize("to", to) + fieldSize("room", room);
  fields += descriptionSize(text, 1 + namespaceSize, sdp) + fieldSize("offerId", offerId);
  if (hasCandidate) {
    const size = fieldSize("sdpMid", sdpMid) + fieldSize("sdpMLineIndex", sdpMLineIndex);
    fields += nestedSize("candidate", size + fieldSize("sdp", line) + fieldSize("usernameFragment", usernameFragment));
  }
  if (hasLink) fields += nestedSize("link", fieldSize("epoch", epoch) + fieldSize("seq", seq) + fieldSize("ack", ack));
  let sections: unknown[] | undefined;
  if (tracks !== undefined) {
    if (!isFields(tracks)) return undefined;
    sections = [];
    fields += nestedSize("tracks", readTracks(tracks, sections));
  }
  const size = frame + namespaceSize + event.length + objectSize(fields);
  if (size !== text.length || !isWellFormed(text)) return undefined;
  return {
    text,
    nsp,
    event,
    from,
    to,
    room,
    sdp,
    offerId,
    hasCandidate,
    sdpMid,
    sdpMLineIndex,
    line,
    usernameFragment,
    hasLink,
    epoch,
    seq,
    ack,
    tracks: sections,
  };
}

/** With a prefix of the application. */
function isRelayEvent(event: unknown): event is string {
  return (
    typeof event === "string" && (event.endsWith("candidate") || event.endsWith("offer") || event.endsWith("answer"))
  );
}

function nestedSize(name: string, fields: number): number {
  return name.length + 4 + objectSize(fields);
}

/** Adds mid, stream and label of each section to a list, and returns the size of the fields. */
function readTracks(tracks: Fields, sections: unknown[]): number {
  // An object without fields is one longer than `objectSize` says.
  let size = Object.keys(tracks).length === 0 ? 1 : 0;
  for (const mid of Object.keys(tracks)) {
    const section = tracks[mid];
    if (!isFields(section)) return Number.NaN;
    const { stream, label } = section;
    sections.push(mid, stream, label);
    size += nestedSize(mid, fieldSize("stream", stream) + fieldSize("label", label));
  }
  return size;
}

/** A lone surrogate cannot be sent as it is; `JSON.stringify` escapes it. It does not arrive over a WebSocket. */
function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}
