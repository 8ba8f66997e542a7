import { describe, expect, it } from "vitest";
import {
  answer,
  answerCreated,
  applied,
  candidate,
  failed,
  gathered,
  needed,
  offer,
  offerCreated,
  ours,
  resend,
  sdp,
  stateIn,
  theirs,
} from "../../test/negotiation/row.js";
import { negotiate } from "./negotiate.js";
import type { HeldCandidate, Input, NegotiationState, Phase } from "./types.js";

type Changes = Partial<NegotiationState>;
const other = { ...candidate, usernameFragment: "before" };
const heldFor = (offerId: string): HeldCandidate => ({ offerId, candidate });
const settledExchange = { localOffer: undefined, yielded: false, ignoredOfferId: undefined };
const aborted = { ...settledExchange, phase: "stable" } as const;
const newOffer = {
  phase: "creating-offer",
  offersMade: 2,
  localOffer: { offerId: "us-2" },
  negotiationNeeded: false,
} as const;

const rows: readonly (readonly [
  when: string,
  phase: Phase,
  polite: boolean,
  given: Changes,
  input: Input,
  leaves: Changes,
])[] = [
  ["a change begins an offer with the next id", "stable", true, { offersMade: 1 }, needed, newOffer],
  ["the offer under way arrives again", "have-remote-offer", false, {}, { ...offer, offerId: "them-1" }, {}],
  ["the offer that waits arrives again", "applying-answer", false, { queued: theirs }, { ...offer, sdp: "other" }, {}],
  [
    "another offer arrives while one waits",
    "applying-answer",
    false,
    { queued: theirs },
    { ...offer, offerId: "them-3" },
    {
      queued: { ...theirs, offerId: "them-3" },
    },
  ],
  [
    "an offer is ignored: its candidates go, others stay",
    "have-local-offer",
    false,
    { heldCandidates: [heldFor("them-2"), heldFor("them-3")] },
    offer,
    { ignoredOfferId: "them-2", heldCandidates: [heldFor("them-3")] },
  ],
  [
    "the polite side gives its offer up",
    "have-local-offer",
    true,
    {},
    offer,
    {
      phase: "have-remote-offer",
      yielded: true,
      localOffer: undefined,
      remoteOfferId: "them-2",
      pastIds: ["settled"],
    },
  ],
  [
    "an offer of ours is created",
    "creating-offer",
    true,
    {},
    offerCreated,
    {
      phase: "have-local-offer",
      localOffer: { offerId: ours, sdp },
    },
  ],
  [
    "the answer to our offer arrives",
    "have-local-offer",
    false,
    { outgoing: [candidate], ignoredOfferId: "them-2" },
    answer,
    { phase: "applying-answer", outgoing: [], ignoredOfferId: undefined, remoteOfferId: ours, pastIds: ["settled"] },
  ],
  [
    "our offer is settled",
    "applying-answer",
    true,
    { failures: 2, gathered: [other, candidate], lastAnswer: { offerId: "them-0", sdp, confirmed: false } },
    applied,
    {
      ...aborted,
      failures: 0,
      settledOfferId: ours,
      gathered: [candidate],
      lastAnswer: { offerId: "them-0", sdp, confirmed: true },
    },
  ],
  [
    "our answer is created",
    "have-remote-offer",
    true,
    { yielded: true, gathered: [other, candidate], outgoing: [other, candidate] },
    answerCreated,
    {
      ...aborted,
      settledOfferId: "them-1",
      gathered: [candidate],
      outgoing: [],
      lastAnswer: { offerId: "them-1", sdp, confirmed: false },
    },
  ],
  [
    "creating an offer fails: another one follows, and the remote description stays",
    "creating-offer",
    true,
    {},
    failed("create-offer"),
    { ...newOffer, failures: 1 },
  ],
  [
    "the peer's offer fails: its id is not that of the remote description",
    "have-remote-offer",
    true,
    {},
    failed("accept-offer"),
    { ...aborted, remoteOfferId: "settled", pastIds: [], failedRemoteId: "them-1" },
  ],
  [
    "an open offer is resent: all candidates belong to it then",
    "have-local-offer",
    true,
    { ...gathered, outgoing: [] },
    resend(true),
    { outgoing: [candidate] },
  ],
];

describe("the state after a step", () => {
  it.each(rows)("%s", (_, phase, polite, given, input, leaves) => {
    const before = { ...stateIn(phase, polite), ...given };
    expect(negotiate(before, input, true).state).toEqual({ ...before, ...leaves });
  });
});
