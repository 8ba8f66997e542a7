import type { TrackAnnouncements } from "@sig/protocol/page";
import type { PeerConnection } from "../peer-connection.js";

/** One published track. `track` changes with `replace`; the object stays and identifies it. */
export interface PublishedTrack {
  track: MediaStreamTrack;
  readonly stream: MediaStream | undefined;
  readonly label: string | undefined;
  /** Whether its publication is muted. */
  muted: boolean;
}

/** Whether a track can still be sent. */
export function isLive({ readyState }: MediaStreamTrack): boolean {
  return readyState !== "ended";
}

/** Senders that media was negotiated for: `addTrack` picks none of them (W3C webrtc-pc section 5.1). */
const haveSent = new WeakSet<RTCRtpSender>();

/**
 * Returns the sender for a track; `replaceTrack` has yet to give it the track where it belongs to an idle transceiver.
 * `addTrack` reuses only senders that never sent, so that each change of a track would leave one more media section in
 * the SDP for good. It refuses a track that is sent already, in another publication say: that gets a transceiver of its
 * own.
 */
export function sendTrack(connection: PeerConnection, { track, stream }: PublishedTrack): RTCRtpSender {
  const transceivers = connection.getTransceivers();
  const idle = transceivers.find((transceiver) => isIdle(transceiver, track.kind));
  if (idle !== undefined) {
    idle.direction = idle.direction === "inactive" ? "sendonly" : "sendrecv";
    return idle.sender;
  }
  const streams = stream === undefined ? [] : [stream];
  return transceivers.some(({ sender }) => sender.track === track)
    ? connection.addTransceiver(track, { direction: "sendonly", streams }).sender
    : connection.addTrack(track, ...streams);
}

/** Sends nothing over a sender from now on. */
export function stopSending(connection: PeerConnection, sender: RTCRtpSender): void {
  const transceiver = connection.getTransceivers().find((candidate) => candidate.sender === sender);
  if (transceiver === undefined) return;
  if (sends(transceiver.currentDirection)) haveSent.add(sender);
  connection.removeTrack(sender);
  // `removeTrack` leaves the direction as it is where the sender has no track.
  if (sends(transceiver.direction))
    transceiver.direction = transceiver.direction === "sendrecv" ? "recvonly" : "inactive";
}

function isIdle({ sender, receiver, direction, currentDirection }: RTCRtpTransceiver, kind: string): boolean {
  return (
    haveSent.has(sender) &&
    !sends(direction) &&
    currentDirection !== "stopped" &&
    sender.track === null &&
    receiver.track.kind === kind
  );
}

function sends(direction: RTCRtpTransceiverDirection | null): boolean {
  return direction === "sendrecv" || direction === "sendonly";
}

/** Whether media may arrive in this direction. */
export function receives(direction: RTCRtpTransceiverDirection | null): boolean {
  return direction === "sendrecv" || direction === "recvonly";
}

/** The media section of a sender, if it has one yet. */
export function midOf(connection: PeerConnection, sender: RTCRtpSender): string | null | undefined {
  return connection.getTransceivers().find((transceiver) => transceiver.sender === sender)?.mid;
}

/**
 * The stream and label of each media section. The SDP's own `a=msid` cannot tell them for a transceiver that is used
 * again: Chromium undoes `setStreams` with the next description.
 */
export function announcements(
  midOfSender: (sender: RTCRtpSender) => string | null | undefined,
  published: ReadonlyMap<PublishedTrack, RTCRtpSender>,
): TrackAnnouncements {
  const announced: TrackAnnouncements = {};
  for (const [{ stream, label }, sender] of published) {
    const mid = midOfSender(sender);
    if (mid != null && stream !== undefined)
      announced[mid] = { stream: stream.id, ...(label !== undefined && { label }) };
  }
  return announced;
}
