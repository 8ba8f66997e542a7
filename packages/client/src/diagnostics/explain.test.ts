import { describe, expect, it } from "vitest";
import { explain, type PeerFacts, type RecoveryFacts } from "./explain.js";
import type { IceSnapshot } from "./ice-snapshot.js";

const ice: IceSnapshot = {
  ice: "checking",
  iceForMs: 4000,
  gathering: "complete",
  gatheringForMs: 4000,
  local: ["host", "srflx"],
  remote: ["host", "srflx"],
  problems: [],
  relayOnly: false,
  remoteHidden: false,
  localTcpOnly: false,
  path: undefined,
};

const well: PeerFacts = { state: "connected", stateForMs: 60_000, signaling: "joined", presence: "online" };
const connecting: PeerFacts = { ...well, state: "connecting", stateForMs: 4000 };

function recovery(step: RecoveryFacts["step"], attempt = 1): RecoveryFacts {
  return { step, attempt, attempts: 5, forMs: 5000 };
}

function over(relayed: boolean, protocol: string): PeerFacts {
  return { ...well, ice: { ...ice, path: { relayed, protocol } } };
}

const reconnecting: PeerFacts = { ...connecting, state: "reconnecting" };

/** The first sentence for what is known. */
const headlines: [string, PeerFacts][] = [
  ["Connected.", well],
  ["Connected directly (udp).", over(false, "udp")],
  ["Connected through a TURN relay (tls).", over(true, "tls")],
  ["Waiting for the peer's offer for 2 s.", { ...well, state: "waiting", stateForMs: 2000 }],
  ["Connecting for 4 s.", connecting],
  [
    "Connecting for 4 s; ICE is being restarted (attempt 1 of 5).",
    { ...connecting, recovery: recovery("restarting-ice") },
  ],
  ["The path was lost 4 s ago.", reconnecting],
  ["The path was lost 5 s ago; it may come back by itself.", { ...reconnecting, recovery: recovery("waiting") }],
  [
    "The path was lost 5 s ago; ICE is being restarted (attempt 1 of 5).",
    { ...reconnecting, recovery: recovery("restarting-ice") },
  ],
  [
    "The path was lost 5 s ago; a new connection is being made (attempt 3 of 5).",
    { ...reconnecting, recovery: recovery("rebuilding", 3) },
  ],
  ["No path to the peer was found; it is tried again from time to time.", { ...connecting, state: "failed" }],
  [
    "No path to the peer was found (ICE found no path); it is tried again from time to time.",
    { ...connecting, state: "failed", recovery: { ...recovery("gave-up", 5), cause: "ICE found no path." } },
  ],
  ["The peer has left the room, or you have.", { ...well, state: "closed", ice }],
];

/** The second sentence. */
const reasons: [string, PeerFacts][] = [
  ["The signaling server is away; the call itself goes on.", { ...well, signaling: "reconnecting" }],
  [
    "The signaling server is away: nothing can be arranged with the peer until it is back.",
    { ...connecting, signaling: "reconnecting" },
  ],
  ["The peer has lost the signaling server; the call itself goes on.", { ...well, presence: "away" }],
  ["The peer has lost the signaling server: it cannot answer until it is back.", { ...connecting, presence: "away" }],
  ["The peer has not answered our offer for 12 s.", { ...connecting, unansweredForMs: 12_000 }],
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
  [`The STUN server ${stun} cannot be reached.`, { ...problem(stun, 701), local: ["host"] }],
  ["Only relayed paths are allowed (iceTransportPolicy), and no TURN server gave one.", { relayOnly: true, local: [] }],
  ["This side gathered no candidates: the browser or a firewall allows none.", { local: [] }],
  [
    "Both sides gathered only host candidates: without a TURN server this works on one network only.",
    { local: ["host"], remote: ["host"] },
  ],
  ["The peer gathered only host candidates: it has no ICE servers, or they are blocked.", { remote: ["host"] }],
  ["This side gathered only host candidates: it has no ICE servers, or they are blocked.", { local: ["host", "host"] }],
  ["The peer's addresses are hidden behind .local names, which are found on one network only.", { remoteHidden: true }],
  ["This side has TCP candidates only: UDP is blocked here.", { localTcpOnly: true }],
  ["The peer has sent no candidates.", { remote: [] }],
  [
    "Candidates have been gathered for 8 s: an ICE server does not answer.",
    { gathering: "gathering", gatheringForMs: 8000 },
  ],
  ["ICE has checked paths for 4 s, and none has answered.", {}],
  ["Every path failed, and there is no TURN relay.", { ice: "failed" }],
  ["Every path failed, relayed ones included.", { ice: "failed", remote: ["host", "relay"] }],
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
    const reached = {
      ...ice,
      ice: "new" as const,
      local: ["host", "srflx", "relay"],
      problems: [
        { url: stun, code: 701 },
        { url: turn, code: 701 },
      ],
    };
    expect(explain({ ...connecting, ice: reached })).toEqual(["Connecting for 4 s."]);
  });

  it("of what has only just begun", () => {
    const early = { ...ice, gatheringForMs: 100, iceForMs: 100, remote: ["host"] };
    expect(explain({ ...connecting, stateForMs: 100, ice: early, unansweredForMs: 100 })).toEqual([
      "Connecting for 0 s.",
    ]);
  });

  it("of an answer that cannot come", () => {
    expect(explain({ ...connecting, unansweredForMs: 12_000, signaling: "reconnecting" })).toHaveLength(2);
    expect(explain({ ...connecting, unansweredForMs: 12_000, presence: "away" })).toHaveLength(2);
  });
});
