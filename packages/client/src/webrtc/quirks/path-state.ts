import type { PeerConnection } from "../peer-connection.js";

/** Members used beyond the port. Without them `connectionState` is taken as it is. */
type Connection = PeerConnection & Partial<Pick<RTCPeerConnection, "sctp" | "iceConnectionState">>;

/**
 * The state of the path in use: `connectionState` (W3C webrtc section 4.3.3) without the transports of an unanswered
 * offer. Firefox includes those, one for each media section, so that a connected connection reads as connecting.
 */
export function pathState(connection: PeerConnection): RTCPeerConnectionState {
  const { connectionState: state, signalingState }: PeerConnection = connection;
  return state === "connecting" && signalingState === "have-local-offer" && someTransport(connection, "connected")
    ? "connected"
    : state;
}

/**
 * Whether DTLS has failed, which no ICE restart repairs (W3C webrtc section 5.5: a failed transport stays failed).
 * Firefox's sometimes fails when ICE restarts over relays.
 */
export function encryptionFailed(connection: Connection): boolean {
  return connection.iceConnectionState !== "failed" && someTransport(connection, "failed");
}

/** Of media or of data. The transports that an offer adds are still `new`. */
function someTransport(connection: Connection, state: RTCDtlsTransportState): boolean {
  const carriers = [connection.sctp, ...connection.getTransceivers().map(({ sender }) => sender)];
  return carriers.some((carrier) => carrier?.transport?.state === state);
}
