import * as z from "zod/mini";
import { fieldThat, line, lineOrNull } from "./fields.js";

/** A candidate as this protocol writes it. An empty `sdp` says that no more will follow (RFC 8838 section 14). */
export interface Candidate {
  sdpMid?: string | null | undefined;
  /** A number, or the numeric string that the seed's clients send; relayed with the type it came with. */
  sdpMLineIndex?: number | string | null | undefined;
  /** The candidate line, `candidate:…` (RFC 8839 section 5.1). */
  sdp: string;
  /** Which ICE generation it belongs to. */
  usernameFragment?: string | null | undefined;
}

/** What `RTCPeerConnection.addIceCandidate` takes. */
export interface IceCandidateInit {
  candidate: string;
  sdpMid: string | null;
  sdpMLineIndex: number | null;
  usernameFragment?: string;
}

/** `sdpMLineIndex` is an `unsigned short` of WebIDL. */
const maxIndex = 65_535;

function isIndex(value: unknown): boolean {
  if (value === null) return true;
  return (
    (typeof value === "string" || typeof value === "number") &&
    /^\d{1,5}$/.test(String(value)) &&
    Number(value) <= maxIndex
  );
}

/** What a candidate says beside its line. */
export const candidateFields = () => ({
  sdpMid: z.optional(lineOrNull(256)),
  sdpMLineIndex: z.optional(fieldThat<number | string | null>(isIndex)),
  usernameFragment: z.optional(lineOrNull(256)),
});

/** A candidate as a server sends it. */
export function candidate(maxLength: number) {
  return z.object({ ...candidateFields(), sdp: line(maxLength) });
}

/** A candidate in either spelling: the line as `sdp`, or as `candidate`, as browsers and the device write it. */
export function candidateOfEitherDialect(maxLength: number) {
  return z.pipe(
    z.union([candidate(maxLength), z.object({ ...candidateFields(), candidate: line(maxLength) })]),
    z.transform(canonical),
  );
}

function canonical(value: Omit<Candidate, "sdp"> & ({ sdp: string } | { candidate: string })): Candidate {
  if ("sdp" in value) return value;
  const { candidate: sdp, ...rest } = value;
  return { ...rest, sdp };
}

/** A received candidate as a browser takes it. An `a=` before the line, as SDP has it, is read over. */
export function toIceCandidateInit(wire: Candidate): IceCandidateInit {
  const index = wire.sdpMLineIndex ?? null;
  const init: IceCandidateInit = {
    candidate: wire.sdp.replace(/^a=/, ""),
    sdpMid: wire.sdpMid ?? null,
    sdpMLineIndex: index === null ? null : Number(index),
  };
  const usernameFragment = wire.usernameFragment ?? / ufrag (\S+)/.exec(wire.sdp)?.[1];
  // An empty one would name a generation that never was, and the browser would refuse the candidate.
  if (usernameFragment !== undefined && usernameFragment !== "") init.usernameFragment = usernameFragment;
  return init;
}

/** A browser's `RTCIceCandidate` as this protocol writes it. */
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
