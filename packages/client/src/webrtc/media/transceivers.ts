import type { TrackAnnouncements } from "@sig/protocol";
import type { PeerConnection } from "../peer-connection.js";

/** One published track. `track` changes when it is replaced; what identifies it is the object. */
export interface PublishedTrack {
  track: MediaStreamTrack;
  readonly stream: MediaStream | undefined;
  readonly label: string | undefined;
}

/** Senders that media was negotiated for: `addTrack` picks none of them (W3C webrtc-pc section 5.1). */
const haveSent = new WeakSet<RTCRtpSender>();

/**
 * The sender for a track: that of an idle transceiver, which is yet to be given the track, where there is one. `addTrack`
 * reuses only those that never sent, so that each change of a track would leave one more media section in the SDP for
 * good. Those are left to it: it takes them at once, and `replaceTrack` only after a while.
 */
export function sendTrack(connection: PeerConnection, { track, stream }: PublishedTrack): RTCRtpSender {
  const idle = connection.getTransceivers().find((transceiver) => isIdle(transceiver, track.kind));
  if (idle === undefined) return stream === undefined ? connection.addTrack(track) : connection.addTrack(track, stream);
  idle.direction = idle.direction === "inactive" ? "sendonly" : "sendrecv";
  return idle.sender;
}

/**
 * Sends nothing over a sender any more. `removeTrack` alone does nothing while the track that is to be sent over an idle
 * transceiver has not taken its place yet.
 */
export function stopSending(connection: PeerConnection, sender: RTCRtpSender): void {
  const transceiver = connection.getTransceivers().find((candidate) => candidate.sender === sender);
  if (transceiver === undefined || connection.signalingState === "closed") return;
  if (sends(transceiver.currentDirection)) haveSent.add(sender);
  connection.removeTrack(sender);
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

/**
 * Which stream and label each media section carries. The SDP's own `a=msid` cannot say it for a transceiver that is
 * used again: Chromium takes back what `setStreams` said with the next description.
 */
export function announcements(
  connection: PeerConnection,
  published: ReadonlyMap<PublishedTrack, RTCRtpSender | undefined>,
): TrackAnnouncements {
  const announced: TrackAnnouncements = {};
  for (const [{ stream, label }, sender] of published) {
    const mid = connection.getTransceivers().find((transceiver) => transceiver.sender === sender)?.mid;
    if (mid != null && stream !== undefined)
      announced[mid] = { stream: stream.id, ...(label !== undefined && { label }) };
  }
  return announced;
}
