/// <reference types="node" />
import { readFileSync } from "node:fs";
import type { Candidate } from "@sig/protocol/page";
import { describe, expect, it } from "vitest";
import { initialNegotiation, maxFailures, negotiate } from "./negotiate.js";
import type { Effect, Input, NegotiationState, Phase } from "./types.js";

/** One row of the table in docs/negotiation.md, with an example of it. */
interface Row {
  readonly id: string;
  readonly phases: readonly Phase[];
  readonly input: Input;
  readonly role?: "polite" | "impolite";
  readonly when: string;
  /** Absent if the phase stays the same. */
  readonly next?: Phase;
  readonly effects: readonly string[];
  /** Differences of the state before from the example of its phase. */
  readonly given?: Partial<NegotiationState>;
  /** What the state after contains. */
  readonly leaves?: Partial<NegotiationState>;
}

const everyPhase: readonly Phase[] = [
  "stable",
  "creating-offer",
  "have-local-offer",
  "have-remote-offer",
  "applying-answer",
];
const except = (...phases: Phase[]): Phase[] => everyPhase.filter((phase) => !phases.includes(phase));

const ours = "us-1";
const sdp = "v=0\r\na=ice-ufrag:u\r\n";
const candidate: Candidate = { sdp: "candidate:1", sdpMid: "0", usernameFragment: "u" };
const theirs = { offerId: "them-2", sdp };
const answered = { offerId: "them-0", sdp, confirmed: false };
const gathered = { gathered: [candidate] };

const needed: Input = { type: "negotiation-needed" };
const offer: Input = { type: "remote-offer", offerId: "them-2", sdp };
const answer: Input = { type: "remote-answer", offerId: ours, sdp };
const remote = (offerId?: string): Input => ({ type: "remote-candidate", offerId, candidate });
const local: Input = { type: "local-candidate", candidate };
const offerCreated: Input = { type: "offer-created", sdp };
const answerCreated: Input = { type: "answer-created", sdp };
const applied: Input = { type: "answer-applied" };
const failed = (step: "create-offer" | "accept-offer" | "apply-answer"): Input => ({
  type: "step-failed",
  step,
  error: "why",
});
const unreachable: Input = { type: "unreachable" };
const reachable = (connected: boolean): Input => ({ type: "reachable", connected });
const resend: Input = { type: "resend", connected: true };

const rows: readonly Row[] = [
  {
    id: "N01",
    phases: ["stable"],
    input: needed,
    when: "the peer can be reached",
    next: "creating-offer",
    effects: ["create-offer"],
  },
  {
    id: "N02",
    phases: ["stable"],
    input: needed,
    when: "it cannot",
    effects: [],
    given: { reachable: false },
    leaves: { negotiationNeeded: true },
  },
  {
    id: "N03",
    phases: ["stable"],
    input: needed,
    when: "three offers have failed",
    effects: [],
    given: { failures: maxFailures },
    leaves: { negotiationNeeded: true },
  },
  {
    id: "N04",
    phases: except("stable"),
    input: needed,
    when: "always: the change waits",
    effects: [],
    leaves: { negotiationNeeded: true },
  },

  {
    id: "N05",
    phases: ["stable"],
    input: offer,
    when: "it is new",
    next: "have-remote-offer",
    effects: ["accept-offer"],
    leaves: { remoteId: "them-2" },
  },
  {
    id: "N06",
    phases: ["stable"],
    input: offer,
    when: "its candidates came first",
    next: "have-remote-offer",
    effects: ["accept-offer", "add-candidate"],
    given: { held: [{ offerId: "them-2", candidate }] },
    leaves: { held: [] },
  },
  {
    id: "N07",
    phases: ["stable"],
    input: offer,
    when: "it could not be accepted before",
    next: "have-remote-offer",
    effects: ["accept-offer"],
    given: { failedRemoteId: "them-2" },
  },
  {
    id: "N08",
    phases: everyPhase,
    input: { ...offer, offerId: "them-0" },
    when: "it is the one we answered last",
    effects: ["send answer"],
    given: { answered },
  },
  {
    id: "N09",
    phases: everyPhase,
    input: { ...offer, offerId: "them-0" },
    when: "it is the one we answered last, and the peer cannot be reached",
    effects: [],
    given: { answered, reachable: false },
  },
  {
    id: "N10",
    phases: ["have-remote-offer"],
    input: { ...offer, offerId: "them-1" },
    when: "it is the one being accepted",
    effects: [],
  },
  {
    id: "N11",
    phases: ["creating-offer", "have-remote-offer", "applying-answer"],
    input: offer,
    when: "it is new: it waits",
    effects: [],
    leaves: { queued: theirs },
  },
  {
    id: "N12",
    phases: ["creating-offer", "have-remote-offer", "applying-answer"],
    input: offer,
    when: "it waits already",
    effects: [],
    given: { queued: theirs },
    leaves: { queued: theirs },
  },
  {
    id: "N13",
    phases: ["have-local-offer"],
    input: offer,
    role: "polite",
    when: "it is new: glare, we give way",
    next: "have-remote-offer",
    effects: ["accept-offer"],
    leaves: { yielded: true, localOffer: undefined },
  },
  {
    id: "N14",
    phases: ["have-local-offer"],
    input: offer,
    role: "impolite",
    when: "it is new: glare, it is ignored",
    effects: [],
    leaves: { ignoredOfferId: "them-2" },
  },

  {
    id: "N15",
    phases: ["have-local-offer"],
    input: answer,
    when: "it answers our offer",
    next: "applying-answer",
    effects: ["apply-answer"],
    leaves: { remoteId: ours },
  },
  {
    id: "N16",
    phases: ["have-local-offer"],
    input: answer,
    when: "its candidates came first",
    next: "applying-answer",
    effects: ["apply-answer", "add-candidate"],
    given: { held: [{ offerId: ours, candidate }] },
  },
  {
    id: "N17",
    phases: ["have-local-offer"],
    input: { ...answer, offerId: undefined },
    when: "it names no offer",
    next: "applying-answer",
    effects: ["apply-answer"],
  },
  {
    id: "N18",
    phases: ["have-local-offer"],
    input: { ...answer, offerId: "us-0" },
    when: "it answers another offer: stale",
    effects: [],
  },
  { id: "N19", phases: except("have-local-offer"), input: answer, when: "always: stale", effects: [] },

  {
    id: "N20",
    phases: ["have-local-offer"],
    input: remote("them-9"),
    when: "it belongs to the offer that was ignored",
    effects: [],
    given: { ignoredOfferId: "them-9" },
    leaves: { held: [] },
  },
  {
    id: "N21",
    phases: everyPhase,
    input: remote("them-0"),
    when: "its description is in place, or was",
    effects: ["add-candidate"],
    given: { pastIds: ["them-0"] },
  },
  {
    id: "N22",
    phases: everyPhase,
    input: remote("them-2"),
    when: "its description has not come: it is held",
    effects: [],
    leaves: { held: [{ offerId: "them-2", candidate }] },
  },
  {
    id: "N23",
    phases: everyPhase,
    input: remote("them-0"),
    when: "its description could not be applied: held for the next one",
    effects: [],
    given: { failedRemoteId: "them-0" },
    leaves: { held: [{ offerId: "", candidate }] },
  },
  {
    id: "N24",
    phases: ["stable", "have-remote-offer", "applying-answer"],
    input: remote(),
    when: "it names no offer",
    effects: ["add-candidate"],
  },
  {
    id: "N25",
    phases: ["creating-offer", "have-local-offer"],
    input: remote(),
    when: "it names no offer: held for the answer",
    effects: [],
    leaves: { held: [{ offerId: ours, candidate }] },
  },
  {
    id: "N26",
    phases: ["creating-offer", "have-remote-offer", "applying-answer"],
    input: remote(),
    when: "it names no offer, and an offer waits: held for that",
    effects: [],
    given: { queued: theirs },
    leaves: { held: [{ offerId: "them-2", candidate }] },
  },

  {
    id: "N27",
    phases: ["stable", "applying-answer"],
    input: local,
    when: "the peer can be reached",
    effects: ["send candidate"],
    leaves: { outgoing: [], ...gathered },
  },
  {
    id: "N28",
    phases: ["have-local-offer"],
    input: local,
    when: "the peer can be reached: kept in case we give way",
    effects: ["send candidate"],
    leaves: { outgoing: [candidate], ...gathered },
  },
  {
    id: "N29",
    phases: ["creating-offer", "have-remote-offer"],
    input: local,
    when: "always: it waits for its description",
    effects: [],
    leaves: { outgoing: [candidate], ...gathered },
  },
  {
    id: "N30",
    phases: ["stable", "have-local-offer", "applying-answer"],
    input: local,
    when: "the peer cannot be reached: kept",
    effects: [],
    given: { reachable: false },
    leaves: gathered,
  },
  {
    id: "N31",
    phases: ["stable"],
    input: local,
    when: "no description has been sent yet: kept",
    effects: [],
    given: { localId: undefined },
    leaves: gathered,
  },

  {
    id: "N32",
    phases: ["creating-offer"],
    input: offerCreated,
    when: "no offer waits",
    next: "have-local-offer",
    effects: ["send offer"],
  },
  {
    id: "N33",
    phases: ["creating-offer"],
    input: offerCreated,
    when: "candidates of ours wait",
    next: "have-local-offer",
    effects: ["send offer", "send candidate"],
    given: { outgoing: [candidate] },
  },
  {
    id: "N34",
    phases: ["creating-offer"],
    input: offerCreated,
    when: "the peer cannot be reached",
    next: "have-local-offer",
    effects: [],
    given: { reachable: false },
    leaves: { localOffer: { offerId: ours, sdp } },
  },
  {
    id: "N35",
    phases: ["creating-offer"],
    input: offerCreated,
    role: "polite",
    when: "an offer waits: glare, we give way",
    next: "have-remote-offer",
    effects: ["accept-offer"],
    given: { queued: theirs },
    leaves: { yielded: true, localOffer: undefined },
  },
  {
    id: "N36",
    phases: ["creating-offer"],
    input: offerCreated,
    role: "impolite",
    when: "an offer waits: glare, it is ignored",
    next: "have-local-offer",
    effects: ["send offer"],
    given: { queued: theirs },
    leaves: { ignoredOfferId: "them-2", queued: undefined },
  },
  { id: "N37", phases: except("creating-offer"), input: offerCreated, when: "always", effects: [] },

  {
    id: "N38",
    phases: ["have-remote-offer"],
    input: answerCreated,
    when: "nothing waits",
    next: "stable",
    effects: ["send answer"],
    leaves: { localId: "them-1", answered: { offerId: "them-1", sdp, confirmed: false } },
  },
  {
    id: "N39",
    phases: ["have-remote-offer"],
    input: answerCreated,
    when: "candidates of ours wait",
    next: "stable",
    effects: ["send answer", "send candidate"],
    given: { outgoing: [candidate, { ...candidate, usernameFragment: "rolled-back" }] },
    leaves: { outgoing: [] },
  },
  {
    id: "N40",
    phases: ["have-remote-offer"],
    input: answerCreated,
    when: "the peer cannot be reached",
    next: "stable",
    effects: [],
    given: { reachable: false },
  },
  {
    id: "N41",
    phases: ["have-remote-offer"],
    input: answerCreated,
    when: "a change of ours waits",
    next: "creating-offer",
    effects: ["send answer", "create-offer"],
    given: { negotiationNeeded: true },
  },
  {
    id: "N42",
    phases: ["have-remote-offer"],
    input: answerCreated,
    when: "an offer waits",
    next: "have-remote-offer",
    effects: ["send answer", "accept-offer"],
    given: { queued: theirs },
  },
  { id: "N43", phases: except("have-remote-offer"), input: answerCreated, when: "always", effects: [] },

  {
    id: "N44",
    phases: ["applying-answer"],
    input: applied,
    when: "nothing waits",
    next: "stable",
    effects: [],
    given: { answered, failures: 2 },
    leaves: { localId: ours, failures: 0, answered: { ...answered, confirmed: true } },
  },
  {
    id: "N45",
    phases: ["applying-answer"],
    input: applied,
    when: "a change of ours waits",
    next: "creating-offer",
    effects: ["create-offer"],
    given: { negotiationNeeded: true },
  },
  {
    id: "N46",
    phases: ["applying-answer"],
    input: applied,
    when: "an offer waits",
    next: "have-remote-offer",
    effects: ["accept-offer"],
    given: { queued: theirs },
  },
  { id: "N47", phases: except("applying-answer"), input: applied, when: "always", effects: [] },

  {
    id: "N48",
    phases: ["creating-offer"],
    input: failed("create-offer"),
    when: "fewer than three offers have failed",
    next: "creating-offer",
    effects: ["rollback", "report", "create-offer"],
    leaves: { failures: 1 },
  },
  {
    id: "N49",
    phases: ["creating-offer"],
    input: failed("create-offer"),
    when: "it is the third",
    next: "stable",
    effects: ["rollback", "report (final)"],
    given: { failures: 2 },
    leaves: { negotiationNeeded: true, failures: 3 },
  },
  {
    id: "N50",
    phases: ["creating-offer"],
    input: failed("create-offer"),
    when: "an offer waits",
    next: "have-remote-offer",
    effects: ["rollback", "report", "accept-offer"],
    given: { queued: theirs },
    leaves: { negotiationNeeded: true },
  },
  {
    id: "N51",
    phases: ["applying-answer"],
    input: failed("apply-answer"),
    when: "fewer than three offers have failed",
    next: "creating-offer",
    effects: ["rollback", "report", "create-offer"],
    leaves: { failures: 1, failedRemoteId: ours },
  },
  {
    id: "N52",
    phases: ["applying-answer"],
    input: failed("apply-answer"),
    when: "it is the third",
    next: "stable",
    effects: ["rollback", "report (final)"],
    given: { failures: 2 },
    leaves: { negotiationNeeded: true, failures: 3 },
  },
  {
    id: "N53",
    phases: ["applying-answer"],
    input: failed("apply-answer"),
    when: "an offer waits",
    next: "have-remote-offer",
    effects: ["rollback", "report", "accept-offer"],
    given: { queued: theirs },
    leaves: { negotiationNeeded: true },
  },
  {
    id: "N54",
    phases: ["have-remote-offer"],
    input: failed("accept-offer"),
    when: "nothing waits",
    next: "stable",
    effects: ["rollback", "report"],
    leaves: { failures: 0, negotiationNeeded: false, failedRemoteId: "them-1" },
  },
  {
    id: "N55",
    phases: ["have-remote-offer"],
    input: failed("accept-offer"),
    when: "we gave way for it, or a change of ours waits",
    next: "creating-offer",
    effects: ["rollback", "report", "create-offer"],
    given: { yielded: true },
  },
  {
    id: "N56",
    phases: ["have-remote-offer"],
    input: failed("accept-offer"),
    when: "an offer waits",
    next: "have-remote-offer",
    effects: ["rollback", "report", "accept-offer"],
    given: { queued: theirs },
  },
  { id: "N57", phases: ["stable", "have-local-offer"], input: failed("create-offer"), when: "always", effects: [] },

  { id: "N58", phases: everyPhase, input: unreachable, when: "always", effects: [], leaves: { reachable: false } },
  {
    id: "N59",
    phases: ["stable"],
    input: reachable(true),
    when: "nothing needs a resend",
    effects: [],
    given: { ...gathered, failures: maxFailures },
    leaves: { reachable: true, failures: 0 },
  },
  {
    id: "N60",
    phases: ["stable"],
    input: reachable(true),
    when: "the peer may not have our last answer",
    effects: ["send answer"],
    given: { answered, ...gathered },
  },
  {
    id: "N61",
    phases: ["stable"],
    input: reachable(false),
    when: "media does not flow",
    effects: ["send candidate"],
    given: { answered: { ...answered, confirmed: true }, ...gathered },
  },
  {
    id: "N62",
    phases: ["stable"],
    input: reachable(true),
    when: "a change of ours waits",
    next: "creating-offer",
    effects: ["create-offer"],
    given: { negotiationNeeded: true, failures: maxFailures },
  },
  {
    id: "N63",
    phases: ["have-local-offer"],
    input: reachable(true),
    when: "always",
    effects: ["send offer", "send candidate"],
    given: gathered,
    leaves: { outgoing: [candidate] },
  },
  {
    id: "N64",
    phases: ["have-local-offer"],
    input: reachable(true),
    when: "the peer may not have our last answer either",
    effects: ["send answer", "send offer"],
    given: { answered },
  },
  {
    id: "N65",
    phases: ["creating-offer", "have-remote-offer", "applying-answer"],
    input: reachable(true),
    when: "media flows",
    effects: [],
    given: gathered,
  },
  {
    id: "N66",
    phases: ["creating-offer", "have-remote-offer", "applying-answer"],
    input: reachable(false),
    when: "media does not flow",
    effects: ["send candidate"],
    given: gathered,
  },
  {
    id: "N67",
    phases: everyPhase,
    input: reachable(false),
    when: "signaling is reliable",
    effects: [],
    given: { reachable: false, reliable: true, answered, ...gathered },
    leaves: { reachable: true },
  },
  {
    id: "N68",
    phases: ["stable"],
    input: reachable(false),
    when: "signaling is reliable, and a change of ours waits",
    next: "creating-offer",
    effects: ["create-offer"],
    given: { reachable: false, reliable: true, negotiationNeeded: true },
  },
  {
    id: "N69",
    phases: ["creating-offer"],
    input: offerCreated,
    when: "the peer cannot be reached, and signaling is reliable",
    next: "have-local-offer",
    effects: ["send offer"],
    given: { reachable: false, reliable: true },
  },

  {
    id: "N70",
    phases: ["have-local-offer"],
    input: resend,
    when: "always",
    effects: ["send offer", "send candidate"],
    given: { reliable: true, ...gathered },
  },
  {
    id: "N71",
    phases: ["stable", "creating-offer", "have-remote-offer", "applying-answer"],
    input: resend,
    when: "the peer may not have our last answer",
    effects: ["send answer"],
    given: { reliable: true, answered },
  },
  {
    id: "N72",
    phases: everyPhase,
    input: { type: "unreliable" },
    when: "always",
    effects: [],
    given: { reliable: true },
    leaves: { reliable: false },
  },

  {
    id: "N73",
    phases: ["stable"],
    input: needed,
    when: "the connection takes no further offer",
    effects: ["replace"],
    given: { renegotiates: false },
    leaves: { negotiationNeeded: false },
  },
  {
    id: "N74",
    phases: ["stable"],
    input: needed,
    when: "the connection takes one offer, and this is the first",
    next: "creating-offer",
    effects: ["create-offer"],
    given: { renegotiates: false, localId: undefined },
  },
  {
    id: "N75",
    phases: ["applying-answer"],
    input: applied,
    when: "a change of ours waits, and the connection takes no further offer",
    next: "stable",
    effects: ["replace"],
    given: { renegotiates: false, negotiationNeeded: true },
  },
];

/** A state that has settled one exchange and is in this phase of the next. */
function stateIn(phase: Phase, polite: boolean): NegotiationState {
  const settled = {
    ...initialNegotiation({ polite, renegotiates: true, reachable: true, reliable: false, idPrefix: "us" }),
    phase,
    localId: "settled",
    remoteId: "settled",
  };
  switch (phase) {
    case "stable":
      return settled;
    case "creating-offer":
      return { ...settled, offersMade: 1, localOffer: { offerId: ours } };
    case "have-local-offer":
      return { ...settled, offersMade: 1, localOffer: { offerId: ours, sdp } };
    case "have-remote-offer":
      return { ...settled, remoteId: "them-1", pastIds: ["settled"] };
    case "applying-answer":
      return { ...settled, offersMade: 1, localOffer: { offerId: ours, sdp }, remoteId: ours, pastIds: ["settled"] };
  }
}

function describeEffect(effect: Effect): string {
  if (effect.type === "send") return `send ${effect.message.event}`;
  if (effect.type === "report" && effect.final) return "report (final)";
  return effect.type;
}

const cells = ({ id, phases, input, role, when, next, effects }: Row): string[] => [
  id,
  phases.length === everyPhase.length ? "any" : phases.join(", "),
  input.type,
  role ?? "either",
  when,
  next ?? "the same",
  effects.length === 0 ? "none" : effects.join(", "),
];

const cases = rows.flatMap((row) =>
  row.phases.flatMap((phase) =>
    (row.role === undefined ? (["polite", "impolite"] as const) : [row.role]).map((role) => ({ row, phase, role })),
  ),
);

describe("negotiation, row by row", () => {
  for (const { row, phase, role } of cases) {
    const { id, input, when, next = phase, effects } = row;
    it(`${id}: ${input.type} in ${phase} (${role}), when ${when}, leads to ${next}: ${effects.join(", ") || "nothing"}`, () => {
      const before = { ...stateIn(phase, role === "polite"), ...row.given };
      const frozen = structuredClone(before);
      const step = negotiate(before, input);
      expect(step.state.phase).toBe(next);
      expect(step.effects.map(describeEffect)).toEqual(effects);
      expect(step.state).toMatchObject(row.leaves ?? {});
      expect(before).toEqual(frozen);
    });
  }

  it("has a row for every input in every phase, in both roles", () => {
    const inputs = new Set(rows.map(({ input }) => input.type));
    expect(inputs.size).toBe(13);
    const covered = new Set(cases.map(({ row, phase, role }) => `${row.input.type} ${phase} ${role}`));
    const all = [...inputs].flatMap((input) =>
      everyPhase.flatMap((phase) => ["polite", "impolite"].map((role) => `${input} ${phase} ${role}`)),
    );
    expect(all.filter((one) => !covered.has(one))).toEqual([]);
  });
});

describe("docs/negotiation.md", () => {
  const text = readFileSync(new URL("../../../../docs/negotiation.md", import.meta.url), "utf8");
  const documented = text
    .split("\n")
    .filter((line) => /^\| N\d+ /.test(line))
    .map((line) =>
      line
        .replaceAll("`", "")
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  it("has exactly the tested rows", () => {
    expect(documented.map(([id]) => id)).toEqual(rows.map(({ id }) => id));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it.each(rows)("describes $id as tested", (row) => {
    expect(documented.find(([id]) => id === row.id)).toEqual(cells(row));
  });
});

describe("effects carry", () => {
  const run = (phase: Phase, input: Input, given: Partial<NegotiationState> = {}): readonly Effect[] =>
    negotiate({ ...stateIn(phase, true), ...given }, input).effects;

  it("a new id for each offer: the prefix and a count", () => {
    expect(run("stable", needed, { offersMade: 6 })).toEqual([{ type: "create-offer", offerId: "us-7" }]);
  });

  it("the id of the offer in its answer and in the candidates of both", () => {
    expect(run("have-remote-offer", answerCreated, { outgoing: [candidate] })).toEqual([
      { type: "send", message: { event: "answer", offerId: "them-1", sdp } },
      { type: "send", message: { event: "candidate", offerId: "them-1", candidate } },
    ]);
    expect(run("have-local-offer", local)).toEqual([
      { type: "send", message: { event: "candidate", offerId: ours, candidate } },
    ]);
    expect(run("applying-answer", local)).toEqual([
      { type: "send", message: { event: "candidate", offerId: ours, candidate } },
    ]);
  });

  it("the id of the settled exchange in candidates while a description is being created", () => {
    expect(run("have-remote-offer", reachable(false), gathered)).toEqual([
      { type: "send", message: { event: "candidate", offerId: "settled", candidate } },
    ]);
  });

  it("the error and the step that failed", () => {
    expect(run("have-remote-offer", failed("accept-offer"))).toContainEqual({
      type: "report",
      step: "accept-offer",
      error: "why",
      final: false,
    });
  });
});
