import type { Abilities } from "../../src/index.js";

/** A class of connections that can do less than a browser's. What is asked of one beyond that is told, and rejects. */
export function limited(
  Connection: typeof RTCPeerConnection,
  { trickle, rollback, renegotiate, restart }: Partial<Abilities>,
  onAsked: (what: string) => void,
): typeof RTCPeerConnection {
  const refuse = (what: string): never => {
    onAsked(what);
    throw new DOMException(`This stack cannot ${what}.`, "InvalidStateError");
  };
  return class extends Connection {
    #described = "";

    override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
      if (description?.type === "rollback" && rollback === false) refuse("roll back");
      if (renegotiate === false && this.currentRemoteDescription !== null && this.signalingState === "stable")
        refuse("make a further offer");
      await super.setLocalDescription(description);
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const { type, sdp = "" } = description;
      if (type === "offer" && rollback === false && this.signalingState === "have-local-offer")
        refuse("take an offer while it has made one");
      if (type === "offer" && renegotiate === false && this.currentRemoteDescription !== null)
        refuse("take a further offer");
      await super.setRemoteDescription(description);
      this.#described = sdp;
    }

    override async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
      if (trickle === false && candidate?.candidate && !this.#described.includes(candidate.candidate))
        refuse("take a candidate after the description");
      await super.addIceCandidate(candidate);
    }

    override restartIce(): void {
      if (restart === false) refuse("restart ICE");
      super.restartIce();
    }
  };
}
