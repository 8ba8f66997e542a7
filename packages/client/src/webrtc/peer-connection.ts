import type { Clock } from "../util/clock.js";

/** The members of `RTCPeerConnection` that are used: what a stack other than a browser's has to implement. */
export type PeerConnection = Pick<
  RTCPeerConnection,
  | "signalingState"
  | "connectionState"
  | "iceGatheringState"
  | "localDescription"
  | "remoteDescription"
  | "currentLocalDescription"
  | "currentRemoteDescription"
  | "createOffer"
  | "createAnswer"
  | "setLocalDescription"
  | "setRemoteDescription"
  | "addIceCandidate"
  | "addTrack"
  | "removeTrack"
  | "addTransceiver"
  | "getTransceivers"
  | "createDataChannel"
  | "setConfiguration"
  | "restartIce"
  | "getStats"
  | "close"
  | "addEventListener"
  | "removeEventListener"
>;

/**
 * Resolves when the connection has gathered all candidates of its local description, or after `timeoutMs`. Right after
 * an offer or answer that restarts ICE, browsers still report `complete`: the description has no candidates then.
 */
export function gatheringDone(connection: PeerConnection, timeoutMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (connection.iceGatheringState === "complete") done();
    };
    const done = (): void => {
      stopTimer();
      connection.removeEventListener("icegatheringstatechange", check);
      resolve();
    };
    const stopTimer = clock.after(timeoutMs, done);
    connection.addEventListener("icegatheringstatechange", check);
    if (/^a=candidate:/m.test(connection.localDescription?.sdp ?? "")) check();
  });
}

/**
 * The fingerprint of the certificate in a description (RFC 8122 section 5). Another fingerprint means another remote
 * connection, whose offer cannot be applied to this one.
 */
export function fingerprint(sdp: string): string | undefined {
  return /^a=fingerprint:.*/m.exec(sdp)?.[0];
}
