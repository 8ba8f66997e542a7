import type { Candidate } from "@sig/protocol/page";
import { describe, expect, it } from "vitest";
import { maxHeld } from "./bounds.js";
import { belongsTo, hold, placeCandidate, keep, onlyOf, release, retract } from "./candidate-buffer.js";
import { initialNegotiation } from "./negotiate.js";
import type { Effect, NegotiationState } from "./types.js";

const stateWith = (fields: Partial<NegotiationState>): NegotiationState => ({
  ...initialNegotiation({ polite: true, renegotiates: true, idPrefix: "p" }),
  ...fields,
});
const releaseOf = (state: NegotiationState, offerId: string): { state: NegotiationState; effects: Effect[] } => {
  const effects: Effect[] = [];
  return { state: release(state, offerId, effects), effects };
};
const candidate = (sdp: string, usernameFragment?: string): Candidate => ({
  sdp,
  sdpMid: "0",
  ...(usernameFragment !== undefined && { usernameFragment }),
});
const sdpOf = (...ufrags: string[]): string =>
  ["v=0", ...ufrags.map((ufrag) => `a=ice-ufrag:${ufrag}`), ""].join("\r\n");

describe("a remote candidate", () => {
  it("is dropped with its ignored offer", () => {
    expect(placeCandidate(stateWith({ phase: "have-local-offer", ignoredOfferId: "x", remoteOfferId: "r" }), "x")).toBe(
      "drop",
    );
  });

  it("is added if its description is in place, or was before", () => {
    const state = stateWith({ remoteOfferId: "now", pastIds: ["before"] });
    expect(placeCandidate(state, "now")).toBe("add");
    expect(placeCandidate(state, "before")).toBe("add");
  });

  it("is held until its description arrives", () => {
    expect(placeCandidate(stateWith({ remoteOfferId: "now" }), "later")).toBe("hold");
    expect(placeCandidate(stateWith({}), undefined)).toBe("hold");
  });

  it("without an offer id belongs to the description its sender sent last, or sends next", () => {
    expect(placeCandidate(stateWith({ remoteOfferId: "now" }), undefined)).toBe("add");
    expect(
      placeCandidate(
        stateWith({ remoteOfferId: "now", phase: "have-remote-offer", queued: { offerId: "next", sdp: "" } }),
        undefined,
      ),
    ).toBe("hold");
    const offered = stateWith({
      remoteOfferId: "now",
      phase: "have-local-offer",
      localOffer: { offerId: "ours", sdp: "" },
    });
    expect(placeCandidate(offered, undefined)).toBe("hold");
    expect(hold(offered, undefined, candidate("c")).heldCandidates).toEqual([
      { offerId: "ours", candidate: candidate("c") },
    ]);
  });
});

describe("held candidates", () => {
  it("are at most 256: the oldest is dropped", () => {
    let state = stateWith({});
    for (let index = 0; index <= maxHeld; index++) state = hold(state, "later", candidate(String(index)));
    expect(state.heldCandidates).toHaveLength(maxHeld);
    expect(state.heldCandidates[0]?.candidate.sdp).toBe("1");
    expect(state.heldCandidates.at(-1)?.candidate.sdp).toBe(String(maxHeld));
  });

  it("follow their description in order, with end-of-candidates, and those of other descriptions stay", () => {
    let state = stateWith({ remoteOfferId: "before" });
    for (const [offerId, sdp] of [
      ["x", "1"],
      ["y", "2"],
      ["x", "3"],
      ["x", ""],
    ] as const)
      state = hold(state, offerId, candidate(sdp));
    const released = releaseOf(state, "x");
    expect(released.effects).toEqual(
      ["1", "3", ""].map((sdp) => ({ type: "add-candidate", candidate: candidate(sdp) })),
    );
    expect(released.state.heldCandidates).toEqual([{ offerId: "y", candidate: candidate("2") }]);
    expect(released.state).toMatchObject({ remoteOfferId: "x", pastIds: ["before"] });
  });

  it("of our own offer follow the offer that we give it up for", () => {
    const state = hold(
      stateWith({ phase: "have-local-offer", localOffer: { offerId: "ours", sdp: "" } }),
      "ours",
      candidate("1"),
    );
    expect(releaseOf(state, "theirs").effects).toEqual([{ type: "add-candidate", candidate: candidate("1") }]);
  });

  it("that arrived before any description follow the first one", () => {
    const { effects, state } = releaseOf(hold(stateWith({}), undefined, candidate("1")), "x");
    expect(effects).toEqual([{ type: "add-candidate", candidate: candidate("1") }]);
    expect(state).toMatchObject({ remoteOfferId: "x", pastIds: [], heldCandidates: [] });
  });

  it("without an id follow the next description if the first one failed", () => {
    const failed = retract(releaseOf(stateWith({}), "x").state);
    expect(hold(failed, undefined, candidate("1")).heldCandidates).toEqual([
      { offerId: "", candidate: candidate("1") },
    ]);
  });

  it("without an id belong to our own offer while it is created, not to the last description", () => {
    const creating = stateWith({ phase: "creating-offer", localOffer: { offerId: "ours" }, remoteOfferId: "before" });
    expect(placeCandidate(creating, undefined)).toBe("hold");
    expect(hold(creating, undefined, candidate("1")).heldCandidates).toEqual([
      { offerId: "ours", candidate: candidate("1") },
    ]);
  });

  it("of a description that failed follow the next one", () => {
    const failed = retract(releaseOf(stateWith({ remoteOfferId: "before" }), "x").state);
    expect(failed).toMatchObject({ remoteOfferId: "before", pastIds: [], failedRemoteId: "x" });
    expect(placeCandidate(failed, "x")).toBe("hold");
    expect(releaseOf(hold(failed, "x", candidate("1")), "y").effects).toEqual([
      { type: "add-candidate", candidate: candidate("1") },
    ]);
  });
});

describe("past exchanges", () => {
  it("are remembered for the last eight, each once", () => {
    let state = stateWith({});
    for (let index = 0; index < 12; index++) state = release(release(state, String(index), []), String(index), []);
    expect(state.remoteOfferId).toBe("11");
    expect(state.pastIds).toEqual(["3", "4", "5", "6", "7", "8", "9", "10"]);
  });
});

describe("our own candidates", () => {
  it("are kept in order, across generations, at most 256", () => {
    let own: readonly Candidate[] = [];
    for (let index = 0; index <= maxHeld; index++)
      own = keep(own, candidate(String(index), index < 200 ? "one" : "two"));
    expect(own).toHaveLength(maxHeld);
    expect(own[0]).toEqual(candidate("1", "one"));
    expect(own.at(-1)).toEqual(candidate("256", "two"));
  });

  it("belong to a description if they name its ICE generation or none", () => {
    const own = [candidate("1", "one"), candidate("2", "two"), candidate("3"), candidate("", "two")];
    expect(onlyOf(sdpOf("two"), own)).toEqual([candidate("2", "two"), candidate("3"), candidate("", "two")]);
  });
});

describe("a username fragment", () => {
  it("belongs to a description that has it in any media section, with either line ending", () => {
    expect(belongsTo(sdpOf("one", "two"), "two")).toBe(true);
    expect(belongsTo("v=0\na=ice-ufrag:one\n", "one")).toBe(true);
  });

  it("does not belong to a description with a longer or shorter fragment", () => {
    expect(belongsTo(sdpOf("one+"), "one")).toBe(false);
    expect(belongsTo(sdpOf("one"), "one+")).toBe(false);
    expect(belongsTo("", "one")).toBe(false);
  });

  it("that is absent belongs to any description", () => {
    for (const absent of [undefined, null, ""]) expect(belongsTo(sdpOf("one"), absent)).toBe(true);
  });
});
