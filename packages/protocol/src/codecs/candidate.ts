/** A candidate on the wire. An empty `sdp` means that no more will follow (RFC 8838 section 14). */
export interface Candidate {
  sdpMid?: string | null | undefined;
  /** A number, or the numeric string that base clients send; relayed with the type it came with. */
  sdpMLineIndex?: number | string | null | undefined;
  /** The candidate line, `candidate:…` (RFC 8839 section 5.1). */
  sdp: string;
  /** The ICE generation that it belongs to. */
  usernameFragment?: string | null | undefined;
}

/** The argument of `RTCPeerConnection.addIceCandidate`. */
export interface IceCandidateInit {
  candidate: string;
  sdpMid: string | null;
  sdpMLineIndex: number | null;
  usernameFragment?: string;
}

/** A candidate of either dialect in the first dialect. */
export function canonicalCandidate(
  value: Omit<Candidate, "sdp"> & ({ sdp: string } | { candidate: string }),
): Candidate {
  if ("sdp" in value) return value;
  const { candidate: sdp, ...rest } = value;
  return { ...rest, sdp };
}

/** A received candidate for a browser. Drops an `a=` before the line, which SDP texts have. */
export function toIceCandidateInit(wire: Candidate): IceCandidateInit {
  const index = wire.sdpMLineIndex ?? null;
  const init: IceCandidateInit = {
    candidate: wire.sdp.replace(/^a=/, ""),
    sdpMid: wire.sdpMid ?? null,
    sdpMLineIndex: index === null ? null : Number(index),
  };
  const usernameFragment = wire.usernameFragment ?? / ufrag (\S+)/.exec(wire.sdp)?.[1];
  // A browser rejects a candidate with an empty one: no ICE generation has that name.
  if (usernameFragment !== undefined && usernameFragment !== "") init.usernameFragment = usernameFragment;
  return init;
}

/** A browser's `RTCIceCandidate` for the wire. */
export function fromIceCandidate(candidate: {
  candidate?: string;
  sdpMid?: string | null;
  sdpMLineIndex?: number | null;
  usernameFragment?: string | null;
}): Candidate {
  const wire: Candidate = {
    sdpMid: candidate.sdpMid ?? "0",
    sdpMLineIndex: candidate.sdpMLineIndex ?? 0,
    sdp: candidate.candidate ?? "",
  };
  if (candidate.usernameFragment != null) wire.usernameFragment = candidate.usernameFragment;
  return wire;
}
