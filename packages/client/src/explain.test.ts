import { describe, expect, it } from "vitest";
import { explain, type PeerFacts, type RecoveryFacts } from "./explain.js";
import type { CandidateFacts, CandidateKind, IceSnapshot } from "./webrtc/ice-facts.js";

function candidates(...kinds: CandidateKind[]): CandidateFacts {
  return { kinds, protocols: kinds.length === 0 ? [] : ["udp"], mdnsOnly: false };
}

const ice: IceSnapshot = {
  connection: "connecting",
  connectionForMs: 4000,
  ice: "checking",
  iceForMs: 4000,
  gathering: "complete",
  gatheringForMs: 4000,
  local: candidates("host", "srflx"),
  remote: candidates("host", "srflx"),
  problems: [],
  stunConfigured: true,
  turnConfigured: true,
  relayOnly: false,
  path: undefined,
};

const well: PeerFacts = { state: "connected", stateForMs: 60_000, signaling: "joined", presence: "online", missing: false };
const connecting: PeerFacts = { ...well, state: "connecting", stateForMs: 4000 };

function recovery(step: RecoveryFacts["step"], attempt = 1): RecoveryFacts {
  return { step, attempt, attempts: 5, forMs: 4000 };
}

function over(local: string, remote: string, protocol: string): PeerFacts {
  return { ...well, ice: { ...ice, path: { local, remote, protocol } } };
}

/** The first sentence for what is known. */
const headlines: [string, PeerFacts][] = [
  ["Connected.", well],
  ["Connected directly, on one network (udp).", over("host", "host", "udp")],
  ["Connected directly (udp).", over("srflx", "prflx", "udp")],
  ["Connected through a TURN relay (tls).", over("relay", "host", "tls")],
  ["Connected through the peer's TURN relay (udp).", over("host", "relay", "udp")],
  ["Waiting for the peer's offer for 2 s: who comes later offers.", { ...well, state: "waiting", stateForMs: 2000 }],
  ["The peer is away from the signaling server and has not connected yet.", { ...well, state: "waiting", presence: "away" }],
  ["Connecting for 4 s.", connecting],
  ["No path was found for 4 s; ICE is being restarted (attempt 1 of 5).", { ...connecting, recovery: recovery("restarting-ice") }],
  ["The path was lost 4 s ago.", { ...connecting, state: "reconnecting" }],
  ["The path was lost 4 s ago; it may come back by itself.", { ...connecting, state: "reconnecting", recovery: recovery("waiting") }],
  ["The path was lost 4 s ago; ICE is being restarted (attempt 1 of 5).", { ...connecting, state: "reconnecting", recovery: recovery("restarting-ice") }],
  ["The path was lost 4 s ago; a new connection is being made (attempt 3 of 5).", { ...connecting, state: "reconnecting", recovery: recovery("rebuilding", 3) }],
  ["The path was lost 4 s ago; it is tried again from time to time.", { ...connecting, state: "reconnecting", recovery: recovery("gave-up", 5) }],
  ["No path to the peer was found.", { ...connecting, state: "failed" }],
  ["No path to the peer was found in 5 attempts; it is tried again from time to time.", { ...connecting, state: "failed", recovery: recovery("gave-up", 5) }],
  [
    "No path to the peer was found in 5 attempts (every path failed); it is tried again from time to time.",
    { ...connecting, state: "failed", recovery: { ...recovery("gave-up", 5), cause: "every path failed" } },
  ],
  ["The peer has left the room, or you have.", { ...well, state: "closed", ice }],
];

/** The second sentence. */
const reasons: [string, PeerFacts][] = [
  ["The signaling server is away; the call itself goes on.", { ...well, signaling: "reconnecting" }],
  ["The signaling server is away: nothing can be arranged with the peer until it is back.", { ...connecting, signaling: "reconnecting" }],
  ["The server does not list the peer any more; the call itself goes on.", { ...well, missing: true, presence: "away" }],
  ["The server does not list the peer any more: it may be on its way back.", { ...connecting, missing: true, presence: "away" }],
  ["The peer has lost the signaling server; the call itself goes on.", { ...well, presence: "away" }],
  ["The peer has lost the signaling server: it cannot answer until it is back.", { ...connecting, presence: "away" }],
  ["The peer has not answered our offer for 12 s.", { ...connecting, negotiation: { phase: "offering", forMs: 12_000 } }],
  ["The peer's offer has not been answered for 5 s: this browser is still at it.", { ...connecting, negotiation: { phase: "answering", forMs: 5000 } }],
  ["The peer's answer has not been applied for 5 s: this browser is still at it.", { ...connecting, negotiation: { phase: "applying-answer", forMs: 5000 } }],
];

const turn = "turn:turn.example.org:3478";
const stun = "stun:stun.example.org:3478";

function problem(url: string, code: number): Partial<IceSnapshot> {
  return { problems: [{ url, code }] };
}

/** The second sentence while a connection is not up. */
const paths: [string, Partial<IceSnapshot>][] = [
  [`The TURN server ${turn} answered 401: its credentials are wrong or have expired.`, problem(turn, 401)],
  [`The TURN server ${turn} answered 403: it forbids what was asked.`, problem(turn, 403)],
  [`The TURN server ${turn} answered 437: it has lost the allocation.`, problem(turn, 437)],
  [`The TURN server ${turn} answered 438: its nonce has expired.`, problem(turn, 438)],
  [`The TURN server ${turn} answered 441: its credentials are not those of the allocation.`, problem(turn, 441)],
  [`The TURN server ${turn} answered 442: it does not support the transport.`, problem(turn, 442)],
  [`The TURN server ${turn} answered 486: too many allocations under these credentials.`, problem(turn, 486)],
  [`The TURN server ${turn} answered 500: it has an error of its own.`, problem(turn, 500)],
  [`The TURN server ${turn} answered 508: it has no capacity left.`, problem(turn, 508)],
  [`The STUN server ${stun} answered 599.`, problem(stun, 599)],
  [`The TURN server ${turn} cannot be reached.`, problem(turn, 701)],
  [`The STUN server ${stun} cannot be reached.`, { ...problem(stun, 701), local: candidates("host") }],
  ["Only relayed paths are allowed (iceTransportPolicy), and no TURN server is configured.", { relayOnly: true, turnConfigured: false, local: candidates() }],
  ["Only relayed paths are allowed (iceTransportPolicy), and no TURN server gave one.", { relayOnly: true, local: candidates() }],
  ["This side gathered no candidates: the browser, a policy or a firewall allows no connection.", { local: candidates() }],
  ["Both sides gathered only host candidates: without a TURN server this works on one network only.", { local: candidates("host"), remote: candidates("host") }],
  ["The peer sent only host candidates: its ICE servers may be blocked, or it has none.", { remote: candidates("host") }],
  ["This side gathered only host candidates: the ICE servers it has may be blocked.", { local: candidates("host") }],
  ["This side gathered only host candidates: it has no ICE servers.", { local: candidates("host"), turnConfigured: false, stunConfigured: false }],
  ["The peer's addresses are hidden behind .local names, which are found on one network only.", { remote: { ...candidates("host", "srflx"), mdnsOnly: true } }],
  ["This side has TCP candidates only: UDP is blocked here.", { local: { kinds: ["host", "relay"], protocols: ["tcp"], mdnsOnly: false } }],
  ["The peer has sent no candidates.", { remote: candidates() }],
  ["Candidates have been gathered for 8 s: an ICE server does not answer.", { gathering: "gathering", gatheringForMs: 8000 }],
  ["ICE has checked paths for 4 s, and none has answered.", {}],
  ["Every direct path failed, and there is no TURN relay to go around.", { ice: "failed" }],
  ["Every path failed, relayed ones included: the TURN server may not reach the other side.", { ice: "failed", remote: candidates("host", "relay") }],
];

describe("what is said of a peer begins with", () => {
  it.each(headlines)("%s", (sentence, facts) => {
    expect(explain(facts)[0]).toBe(sentence);
  });
});

describe("what is said of a peer goes on with", () => {
  it.each(reasons)("%s", (sentence, facts) => {
    expect(explain(facts)[1]).toBe(sentence);
  });

  it.each(paths)("%s", (sentence, facts) => {
    expect(explain({ ...connecting, ice: { ...ice, ...facts } })[1]).toBe(sentence);
  });
});

describe("nothing is said", () => {
  it("of what stands in the way where nothing does", () => {
    expect(explain({ ...well, ice: { ...ice, problems: [{ url: turn, code: 401 }] } })).toEqual(["Connected."]);
  });

  it("of a server that one of this device's addresses could not reach while another could", () => {
    const reached = { ...ice, ice: "new" as const, local: candidates("host", "srflx", "relay"), problems: [{ url: stun, code: 701 }, { url: turn, code: 701 }] };
    expect(explain({ ...connecting, ice: reached })).toEqual(["Connecting for 4 s."]);
  });

  it("of what has only just begun", () => {
    const early = { ...ice, gatheringForMs: 100, iceForMs: 100, remote: candidates("host") };
    expect(explain({ ...connecting, stateForMs: 100, ice: early, negotiation: { phase: "offering", forMs: 100 } })).toEqual(["Connecting for 0 s."]);
  });

  it("of an answer that cannot come", () => {
    const waiting = { phase: "offering", forMs: 12_000 } as const;
    expect(explain({ ...connecting, negotiation: waiting, signaling: "reconnecting" })).toHaveLength(2);
    expect(explain({ ...connecting, negotiation: waiting, presence: "away" })).toHaveLength(2);
  });
});
