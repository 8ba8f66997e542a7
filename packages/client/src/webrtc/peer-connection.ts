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
  | "removeEventListener"
>;

/** Resolves when the connection has gathered all its candidates, or after `timeoutMs`. */
export function gatheringDone(connection: PeerConnection, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (connection.iceGatheringState === "complete") finish();
    };
    const finish = (): void => {
      clearTimeout(timer);
      connection.removeEventListener("icegatheringstatechange", check);
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    connection.addEventListener("icegatheringstatechange", check);
    check();
  });
}

/**
 * The certificate fingerprints of a description (RFC 8122 section 5). A peer that comes with others is another
 * connection: its offer cannot be applied to this one.
 */
export function fingerprints(sdp: string): string {
  return [...new Set(sdp.match(/^a=fingerprint:.*$/gm)?.map((line) => line.trim().toLowerCase()) ?? [])].sort().join("\n");
}
