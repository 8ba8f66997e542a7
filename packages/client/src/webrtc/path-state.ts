import type { PeerConnection } from "./peer-connection.js";

/** What is used beyond the port; a stack that lacks it is taken at its word. */
type Connection = PeerConnection & Partial<Pick<RTCPeerConnection, "sctp">>;

/**
 * The state of the path that is in use: `connectionState` (W3C webrtc section 4.3.3), less the transports of an offer that
 * waits for its answer. Firefox counts those in, one for each media section, as if a connection that stands were connecting
 * again with each change.
 */
export function pathState(connection: PeerConnection): RTCPeerConnectionState {
  const { connectionState: state, signalingState }: PeerConnection = connection;
  return state === "connecting" && signalingState === "have-local-offer" && stands(connection) ? "connected" : state;
}

/** Whether a transport of media or of data is up: all that an offer adds is new. */
function stands(connection: Connection): boolean {
  const carriers = [connection.sctp, ...connection.getTransceivers().map(({ sender }) => sender)];
  return carriers.some((carrier) => carrier?.transport?.state === "connected");
}
