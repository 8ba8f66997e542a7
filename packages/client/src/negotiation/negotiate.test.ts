/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { candidateRows } from "../../test/negotiation/candidate-rows.js";
import { offerRows } from "../../test/negotiation/offer-rows.js";
import { resendRows } from "../../test/negotiation/resend-rows.js";
import { resultRows } from "../../test/negotiation/result-rows.js";
import {
  answerCreated,
  candidate,
  everyPhase,
  failed,
  gathered,
  local,
  needed,
  ours,
  resend,
  sdp,
  stateIn,
  type Row,
} from "../../test/negotiation/row.js";
import { negotiate } from "./negotiate.js";
import type { Effect, Input, NegotiationState, Phase } from "./types.js";

const rows = [...offerRows, ...candidateRows, ...resultRows, ...resendRows];

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
    const outcome = `${next}: ${effects.join(", ") || "nothing"}`;
    it(`${id}: ${input.type} in ${phase} (${role}), when ${when}, leads to ${outcome}`, () => {
      const before = { ...stateIn(phase, role === "polite"), ...row.given };
      const frozen = structuredClone(before);
      const step = negotiate(before, input, row.reachable ?? true);
      expect(step.state.phase).toBe(next);
      expect(step.effects.map(describeEffect)).toEqual(effects);
      expect(step.state).toMatchObject(row.leaves ?? {});
      expect(before).toEqual(frozen);
    });
  }

  it("has a row for every input in every phase, in both roles", () => {
    const inputs = new Set(rows.map(({ input }) => input.type));
    expect(inputs.size).toBe(11);
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
    negotiate({ ...stateIn(phase, true), ...given }, input, true).effects;

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
    expect(run("have-remote-offer", resend(false), gathered)).toEqual([
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
