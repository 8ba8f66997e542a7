import type { Abilities } from "../../src/index.js";

/** A connection class that lacks abilities of a browser. A call that needs one is reported, and rejects. */
export function limited(
  Connection: typeof RTCPeerConnection,
  { trickle, rollback, renegotiate, restart }: Partial<Abilities>,
  onWrongCall: (call: string) => void,
): typeof RTCPeerConnection {
  const reject = (call: string): never => {
    onWrongCall(call);
    throw new DOMException(`This stack cannot ${call}.`, "InvalidStateError");
  };
  return class extends Connection {
    #remoteSdp = "";

    override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
      if (description?.type === "rollback" && rollback === false) reject("roll back");
      if (renegotiate === false && this.currentRemoteDescription !== null && this.signalingState === "stable")
        reject("make another offer");
      await super.setLocalDescription(description);
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const { type, sdp = "" } = description;
      if (type === "offer" && rollback === false && this.signalingState === "have-local-offer")
        reject("accept an offer after it has made one");
      if (type === "offer" && renegotiate === false && this.currentRemoteDescription !== null)
        reject("accept another offer");
      await super.setRemoteDescription(description);
      this.#remoteSdp = sdp;
    }

    override async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
      if (trickle === false && candidate?.candidate && !this.#remoteSdp.includes(candidate.candidate))
        reject("add a candidate after the description");
      await super.addIceCandidate(candidate);
    }

    override restartIce(): void {
      if (restart === false) reject("restart ICE");
      super.restartIce();
    }
  };
}
