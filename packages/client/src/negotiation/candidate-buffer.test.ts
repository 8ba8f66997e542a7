import type { Candidate } from "@sig/protocol";
import { describe, expect, it } from "vitest";
import { belongsTo, hold, judgeCandidate, keep, maxHeld, onlyOf, release, retract } from "./candidate-buffer.js";
import { initialNegotiation } from "./negotiate.js";
import type { NegotiationState } from "./types.js";

const stateWith = (fields: Partial<NegotiationState>): NegotiationState => ({
  ...initialNegotiation({ polite: true, renegotiates: true, reachable: true, reliable: false, idPrefix: "p" }),
  ...fields,
});
const candidate = (sdp: string, usernameFragment?: string): Candidate => ({
  sdp,
  sdpMid: "0",
  ...(usernameFragment !== undefined && { usernameFragment }),
});
const sdpOf = (...ufrags: string[]): string =>
  ["v=0", ...ufrags.map((ufrag) => `a=ice-ufrag:${ufrag}`), ""].join("\r\n");

describe("a remote candidate", () => {
  it("is dropped with the offer that was ignored", () => {
    expect(judgeCandidate(stateWith({ phase: "have-local-offer", ignoredOfferId: "x", remoteId: "r" }), "x")).toBe(
      "drop",
    );
  });

  it("is added when its description is in place, or was before", () => {
    const state = stateWith({ remoteId: "now", pastIds: ["before"] });
    expect(judgeCandidate(state, "now")).toBe("add");
    expect(judgeCandidate(state, "before")).toBe("add");
  });

  it("is held until its description comes", () => {
    expect(judgeCandidate(stateWith({ remoteId: "now" }), "later")).toBe("hold");
    expect(judgeCandidate(stateWith({}), undefined)).toBe("hold");
  });

  it("that names no negotiation belongs to the description its sender spoke of last, or will speak of next", () => {
    expect(judgeCandidate(stateWith({ remoteId: "now" }), undefined)).toBe("add");
    expect(
      judgeCandidate(
        stateWith({ remoteId: "now", phase: "have-remote-offer", queued: { offerId: "next", sdp: "" } }),
        undefined,
      ),
    ).toBe("hold");
    const offered = stateWith({ remoteId: "now", phase: "have-local-offer", localOffer: { offerId: "ours", sdp: "" } });
    expect(judgeCandidate(offered, undefined)).toBe("hold");
    expect(hold(offered, undefined, candidate("c")).held).toEqual([{ offerId: "ours", candidate: candidate("c") }]);
  });
});

describe("held candidates", () => {
  it("are at most 256: the oldest gives way", () => {
    let state = stateWith({});
    for (let index = 0; index <= maxHeld; index++) state = hold(state, "later", candidate(String(index)));
    expect(state.held).toHaveLength(maxHeld);
    expect(state.held[0]?.candidate.sdp).toBe("1");
    expect(state.held.at(-1)?.candidate.sdp).toBe(String(maxHeld));
  });

  it("follow their description in the order they came, end-of-candidates included, and those of others stay", () => {
    let state = stateWith({ remoteId: "before" });
    for (const [offerId, sdp] of [
      ["x", "1"],
      ["y", "2"],
      ["x", "3"],
      ["x", ""],
    ] as const)
      state = hold(state, offerId, candidate(sdp));
    const released = release(state, "x");
    expect(released.effects).toEqual(
      ["1", "3", ""].map((sdp) => ({ type: "add-candidate", candidate: candidate(sdp) })),
    );
    expect(released.state.held).toEqual([{ offerId: "y", candidate: candidate("2") }]);
    expect(released.state).toMatchObject({ remoteId: "x", pastIds: ["before"] });
  });

  it("of an offer of ours follow the offer it is given up for", () => {
    const state = hold(
      stateWith({ phase: "have-local-offer", localOffer: { offerId: "ours", sdp: "" } }),
      "ours",
      candidate("1"),
    );
    expect(release(state, "theirs").effects).toEqual([{ type: "add-candidate", candidate: candidate("1") }]);
  });

  it("that came before anything was known follow the first description", () => {
    expect(release(hold(stateWith({}), undefined, candidate("1")), "x").effects).toHaveLength(1);
  });

  it("of a description that could not be applied follow the next one", () => {
    const failed = retract(release(stateWith({ remoteId: "before" }), "x").state);
    expect(failed).toMatchObject({ remoteId: "before", pastIds: [], failedRemoteId: "x" });
    expect(judgeCandidate(failed, "x")).toBe("hold");
    expect(release(hold(failed, "x", candidate("1")), "y").effects).toEqual([
      { type: "add-candidate", candidate: candidate("1") },
    ]);
  });
});

describe("past negotiations", () => {
  it("are remembered for the last eight, each once", () => {
    let state = stateWith({});
    for (let index = 0; index < 12; index++) state = release(release(state, String(index)).state, String(index)).state;
    expect(state.remoteId).toBe("11");
    expect(state.pastIds).toEqual(["3", "4", "5", "6", "7", "8", "9", "10"]);
  });
});

describe("candidates of our own", () => {
  it("are kept in order, across generations, at most 256", () => {
    let own: readonly Candidate[] = [];
    for (let index = 0; index <= maxHeld; index++)
      own = keep(own, candidate(String(index), index < 200 ? "one" : "two"));
    expect(own).toHaveLength(maxHeld);
    expect(own[0]).toEqual(candidate("1", "one"));
    expect(own.at(-1)).toEqual(candidate("256", "two"));
  });

  it("that belong to a description are those of its generation and those that name none", () => {
    const own = [candidate("1", "one"), candidate("2", "two"), candidate("3"), candidate("", "two")];
    expect(onlyOf(sdpOf("two"), own)).toEqual([candidate("2", "two"), candidate("3"), candidate("", "two")]);
  });
});

describe("a username fragment", () => {
  it("belongs to a description that has it in any m-section, whichever way its lines end", () => {
    expect(belongsTo(sdpOf("one", "two"), "two")).toBe(true);
    expect(belongsTo("v=0\na=ice-ufrag:one\n", "one")).toBe(true);
  });

  it("does not belong to a description that has only the beginning of it, or more than it", () => {
    expect(belongsTo(sdpOf("one+"), "one")).toBe(false);
    expect(belongsTo(sdpOf("one"), "one+")).toBe(false);
    expect(belongsTo("", "one")).toBe(false);
  });

  it("that is absent belongs to any", () => {
    for (const absent of [undefined, null, ""]) expect(belongsTo(sdpOf("one"), absent)).toBe(true);
  });
});
