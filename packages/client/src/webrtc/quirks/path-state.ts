import type { PeerConnection } from "../peer-connection.js";

/** What is used beyond the port; a stack that lacks it is taken at its word. */
type Connection = PeerConnection & Partial<Pick<RTCPeerConnection, "sctp" | "iceConnectionState">>;

/**
 * The state of the path that is in use: `connectionState` (W3C webrtc section 4.3.3), less the transports of an offer that
 * waits for its answer. Firefox counts those in, one for each media section, as if a connection that stands were connecting
 * again with each change.
 */
export function pathState(connection: PeerConnection): RTCPeerConnectionState {
  const { connectionState: state, signalingState }: PeerConnection = connection;
  return state === "connecting" && signalingState === "have-local-offer" && someTransport(connection, "connected")
    ? "connected"
    : state;
}

/**
 * Whether what failed is the encryption, which no ICE restart heals (W3C webrtc section 5.5: a transport that has failed stays
 * so). Firefox's does now and then when ICE restarts over relays.
 */
export function encryptionFailed(connection: Connection): boolean {
  return connection.iceConnectionState !== "failed" && someTransport(connection, "failed");
}

/** Of media or of data; what an offer adds is new. */
function someTransport(connection: Connection, state: RTCDtlsTransportState): boolean {
  const carriers = [connection.sctp, ...connection.getTransceivers().map(({ sender }) => sender)];
  return carriers.some((carrier) => carrier?.transport?.state === state);
}
