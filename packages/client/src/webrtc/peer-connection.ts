/** The members of `RTCPeerConnection` that are used here: what a stack other than a browser's must offer. */
export type PeerConnection = Pick<
  RTCPeerConnection,
  | "signalingState"
  | "connectionState"
  | "iceGatheringState"
  | "localDescription"
  | "remoteDescription"
  | "setLocalDescription"
  | "setRemoteDescription"
  | "addIceCandidate"
  | "addTrack"
  | "removeTrack"
  | "addTransceiver"
  | "getTransceivers"
  | "createDataChannel"
  | "setConfiguration"
  | "getStats"
  | "close"
  | "addEventListener"
>;

/** Resolves when the connection has gathered all its candidates, or after `timeoutMs`. */
export function gatheringDone(connection: PeerConnection, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (connection.iceGatheringState === "complete") resolve();
    };
    setTimeout(resolve, timeoutMs);
    connection.addEventListener("icegatheringstatechange", check);
    check();
  });
}

/**
 * The certificate's fingerprint in a description (RFC 8122 section 5). A peer that comes with another is another
 * connection: its offer cannot be applied to this one.
 */
export function fingerprint(sdp: string): string | undefined {
  return /^a=fingerprint:.*/m.exec(sdp)?.[0];
}
