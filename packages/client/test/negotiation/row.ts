import type { Candidate } from "@sig/protocol";
import { initialNegotiation } from "../../src/negotiation/negotiate.js";
import type { Input, NegotiationState, Phase, StepName } from "../../src/negotiation/types.js";

/** One row of the table in docs/negotiation.md, with an example of it. */
export interface Row {
  readonly id: string;
  readonly phases: readonly Phase[];
  readonly input: Input;
  readonly role?: "polite" | "impolite";
  readonly when: string;
  /** Absent if the peer can be reached. */
  readonly reachable?: false;
  /** Absent if the phase stays the same. */
  readonly next?: Phase;
  readonly effects: readonly string[];
  /** Differences of the state before from the example of its phase. */
  readonly given?: Partial<NegotiationState>;
  /** What the state after contains. */
  readonly leaves?: Partial<NegotiationState>;
}

export const everyPhase: readonly Phase[] = [
  "stable",
  "creating-offer",
  "have-local-offer",
  "have-remote-offer",
  "applying-answer",
];
export const except = (...phases: Phase[]): Phase[] => everyPhase.filter((phase) => !phases.includes(phase));

export const ours = "us-1";
export const sdp = "v=0\r\na=ice-ufrag:u\r\n";
export const candidate: Candidate = { sdp: "candidate:1", sdpMid: "0", usernameFragment: "u" };
export const theirs = { offerId: "them-2", sdp };
export const answered = { offerId: "them-0", sdp, confirmed: false };
export const gathered = { gathered: [candidate] };

export const needed: Input = { type: "negotiation-needed" };
export const offer = { type: "remote-offer", offerId: "them-2", sdp } satisfies Input;
export const answer = { type: "remote-answer", offerId: ours, sdp } satisfies Input;
export const remote = (offerId?: string): Input => ({ type: "remote-candidate", offerId, candidate });
export const local: Input = { type: "local-candidate", candidate };
export const offerCreated: Input = { type: "offer-created", sdp };
export const answerCreated: Input = { type: "answer-created", sdp };
export const applied: Input = { type: "answer-applied" };
export const failed = (step: StepName): Input => ({ type: "step-failed", step, error: "why" });
export const reachable: Input = { type: "reachable" };
export const resend = (connected: boolean): Input => ({ type: "resend", connected });

/** A state that has settled one exchange and is in this phase of the next. */
export function stateIn(phase: Phase, polite: boolean): NegotiationState {
  const settled = {
    ...initialNegotiation({ polite, renegotiates: true, idPrefix: "us" }),
    phase,
    settledOfferId: "settled",
    remoteOfferId: "settled",
  };
  switch (phase) {
    case "stable":
      return settled;
    case "creating-offer":
      return { ...settled, offersMade: 1, localOffer: { offerId: ours } };
    case "have-local-offer":
      return { ...settled, offersMade: 1, localOffer: { offerId: ours, sdp } };
    case "have-remote-offer":
      return { ...settled, remoteOfferId: "them-1", pastIds: ["settled"] };
    case "applying-answer":
      return {
        ...settled,
        offersMade: 1,
        localOffer: { offerId: ours, sdp },
        remoteOfferId: ours,
        pastIds: ["settled"],
      };
  }
}
