import { isFields, type Fields } from "./packet.js";
import { type ReceivedText } from "./received-text.js";

/**
 * The text to send for a payload: the one that was received, if it says the same, to the last field. If only `from` is
 * missing, it is added. Undefined if it says anything else.
 */
export function textToForward(received: ReceivedText, nsp: string, event: unknown, sent: Fields): string | undefined {
  const { from, to, room, sdp, offerId, candidate, link, tracks } = sent;
  const isSame =
    received.nsp === nsp &&
    received.event === event &&
    received.to === to &&
    received.room === room &&
    received.sdp === sdp &&
    received.offerId === offerId &&
    (received.hasCandidate ? isSameCandidate(received, candidate) : candidate === undefined) &&
    (received.hasLink ? isSameLink(received, link) : link === undefined) &&
    (received.tracks === undefined ? tracks === undefined : isSameTracks(received.tracks, tracks)) &&
    hasOnly(sent, countOf(from, to, room, sdp, offerId) + countOf(candidate, link, tracks));
  if (!isSame) return undefined;
  if (received.from === from) return received.text;
  if (received.from !== undefined || typeof from !== "string") return undefined;
  return `${received.text.slice(0, -2)},"from":${JSON.stringify(from)}}]`;
}

function isSameCandidate(received: ReceivedText, candidate: unknown): boolean {
  if (!isFields(candidate)) return false;
  const { sdpMid, sdpMLineIndex, sdp, usernameFragment } = candidate;
  return (
    received.sdpMid === sdpMid &&
    received.sdpMLineIndex === sdpMLineIndex &&
    received.line === sdp &&
    received.usernameFragment === usernameFragment &&
    hasOnly(candidate, countOf(sdpMid, sdpMLineIndex, sdp, usernameFragment))
  );
}

function isSameLink(received: ReceivedText, link: unknown): boolean {
  if (!isFields(link)) return false;
  const { epoch, seq, ack } = link;
  return (
    received.epoch === epoch && received.seq === seq && received.ack === ack && hasOnly(link, countOf(epoch, seq, ack))
  );
}

function isSameTracks(received: readonly unknown[], tracks: unknown): boolean {
  if (!isFields(tracks) || !hasOnly(tracks, received.length / 3)) return false;
  return Object.entries(tracks).every(([mid, section], index) => {
    if (!isFields(section)) return false;
    const { stream, label } = section;
    const at = 3 * index;
    return (
      received[at] === mid &&
      received[at + 1] === stream &&
      received[at + 2] === label &&
      hasOnly(section, countOf(stream, label))
    );
  });
}

/** Whether an object has so many fields, and is written field by field. */
function hasOnly(fields: Fields, count: number): boolean {
  return Object.keys(fields).length === count && !("toJSON" in fields);
}

function countOf(...values: readonly unknown[]): number {
  let count = 0;
  for (const value of values) if (value !== undefined) count += 1;
  return count;
}
