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
  dropped: 0,
  localTcpOnly: false,
  path: undefined,
};

const connected: PeerFacts = { state: "connected", stateForMs: 60_000, signaling: "joined", presence: "online" };
const connecting: PeerFacts = { ...connected, state: "connecting", stateForMs: 4000 };

function recovery(step: RecoveryFacts["step"], attempt = 1): RecoveryFacts {
  return { step, attempt, attempts: 5, forMs: 5000 };
}

function connectedOver(relayed: boolean, protocol: string): PeerFacts {
  return { ...connected, ice: { ...ice, path: { relayed, protocol } } };
}

const reconnecting: PeerFacts = { ...connecting, state: "reconnecting" };

/** The first sentence. */
const headlines: [string, PeerFacts][] = [
  ["Connected.", connected],
  ["Connected directly (udp).", connectedOver(false, "udp")],
  ["Connected through a TURN relay (tls).", connectedOver(true, "tls")],
  ["Waiting for the peer's offer for 2 s.", { ...connected, state: "waiting", stateForMs: 2000 }],
  ["Connecting for 4 s.", connecting],
  ["Connecting for 4 s; restarting ICE (attempt 1 of 5).", { ...connecting, recovery: recovery("restarting-ice") }],
  ["The path was lost 4 s ago.", reconnecting],
  ["The path was lost 5 s ago; it may come back by itself.", { ...reconnecting, recovery: recovery("waiting") }],
  [
    "The path was lost 5 s ago; restarting ICE (attempt 1 of 5).",
    { ...reconnecting, recovery: recovery("restarting-ice") },
  ],
  [
    "The path was lost 5 s ago; making a new connection (attempt 3 of 5).",
    { ...reconnecting, recovery: recovery("rebuilding", 3) },
  ],
  ["No path to the peer was found; another attempt is made from time to time.", { ...connecting, state: "failed" }],
  [
    "No path to the peer was found (ICE found no path); another attempt is made from time to time.",
    { ...connecting, state: "failed", recovery: { ...recovery("gave-up", 5), cause: "ICE found no path." } },
  ],
  ["The peer has left the room, or you have.", { ...connected, state: "closed", ice }],
];

/** The second sentence. */
const reasons: [string, PeerFacts][] = [
  ["The signaling server cannot be reached; the call itself continues.", { ...connected, signaling: "reconnecting" }],
  [
    "The signaling server cannot be reached: no offer or answer gets through until it is back.",
    { ...connecting, signaling: "reconnecting" },
  ],
  [
    "The peer has lost its connection to the signaling server; the call itself continues.",
    { ...connected, presence: "away" },
  ],
  [
    "The peer has lost its connection to the signaling server: it cannot answer until it is back.",
    { ...connecting, presence: "away" },
  ],
  ["The peer has not answered our offer for 12 s.", { ...connecting, unansweredForMs: 12_000 }],
];

const turn = "turn:turn.example.org:3478";
const stun = "stun:stun.example.org:3478";

function problem(url: string, code: number): Partial<IceSnapshot> {
  return { problems: [{ url, code }] };
}

/** The second sentence while the path is not connected. */
const paths: [string, Partial<IceSnapshot>][] = [
  [`The TURN server ${turn} answered 401: the credentials are wrong or have expired.`, problem(turn, 401)],
  [`The TURN server ${turn} answered 403: it forbids this request.`, problem(turn, 403)],
  [`The TURN server ${turn} answered 437: the allocation no longer exists.`, problem(turn, 437)],
  [`The TURN server ${turn} answered 438: the nonce has expired.`, problem(turn, 438)],
  [`The TURN server ${turn} answered 441: the credentials differ from those of the allocation.`, problem(turn, 441)],
  [`The TURN server ${turn} answered 442: it does not support the transport.`, problem(turn, 442)],
  [`The TURN server ${turn} answered 486: too many allocations for these credentials.`, problem(turn, 486)],
  [`The TURN server ${turn} answered 500: internal error.`, problem(turn, 500)],
  [`The TURN server ${turn} answered 508: it has no capacity left.`, problem(turn, 508)],
  [`The STUN server ${stun} answered 599.`, problem(stun, 599)],
  [`The TURN server ${turn} cannot be reached.`, problem(turn, 701)],
  [`The STUN server ${stun} cannot be reached.`, { ...problem(stun, 701), local: ["host"] }],
  [
    "Only relayed paths are allowed (iceTransportPolicy), and no TURN server provided one.",
    { relayOnly: true, local: [] },
  ],
  ["This side gathered no candidates: the browser or a firewall blocks them.", { local: [] }],
  [
    "Both sides gathered only host candidates: without a TURN server this works on one network only.",
    { local: ["host"], remote: ["host"] },
  ],
  ["The peer gathered only host candidates: it has no ICE servers, or they are blocked.", { remote: ["host"] }],
  ["This side gathered only host candidates: it has no ICE servers, or they are blocked.", { local: ["host", "host"] }],
  ["The peer's addresses are hidden behind .local names, which resolve on one network only.", { remoteHidden: true }],
  ["This side has only TCP candidates: UDP is blocked here.", { localTcpOnly: true }],
  ["The peer has sent no candidates.", { remote: [] }],
  ["Gathering has taken 8 s so far: an ICE server does not answer.", { gathering: "gathering", gatheringForMs: 8000 }],
  ["ICE has checked paths for 4 s without an answer.", {}],
  ["Every path failed, and there is no TURN relay.", { ice: "failed" }],
  ["Every path failed, including relayed ones.", { ice: "failed", remote: ["host", "relay"] }],
];

describe("the explanation of a peer begins with", () => {
  it.each(headlines)("%s", (sentence, facts) => {
    expect(explain(facts)[0]).toBe(sentence);
  });
});

describe("the explanation of a peer continues with", () => {
  it.each(reasons)("%s", (sentence, facts) => {
    expect(explain(facts)[1]).toBe(sentence);
  });

  it.each(paths)("%s", (sentence, facts) => {
    expect(explain({ ...connecting, ice: { ...ice, ...facts } })[1]).toBe(sentence);
  });
});

describe("the explanation omits", () => {
  it("problems of ICE servers while connected", () => {
    expect(explain({ ...connected, ice: { ...ice, problems: [{ url: turn, code: 401 }] } })).toEqual(["Connected."]);
  });

  it("a server that one address of this device reached and another did not", () => {
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
    const bound = "A first connection is given up after 65 s.";
    expect(explain({ ...connecting, ice: reached, firstConnectionMs: 65_000 })).toEqual(["Connecting for 4 s.", bound]);
    expect(explain({ ...reconnecting, ice: reached, firstConnectionMs: 65_000 })).not.toContain(bound);
  });

  it("whatever has only just begun", () => {
    const early = { ...ice, gatheringForMs: 100, iceForMs: 100, remote: ["host"] };
    expect(explain({ ...connecting, stateForMs: 100, ice: early, unansweredForMs: 100 })).toEqual([
      "Connecting for 0 s.",
    ]);
  });

  it("a missing answer while signaling is interrupted", () => {
    expect(explain({ ...connecting, unansweredForMs: 12_000, signaling: "reconnecting" })).toHaveLength(2);
    expect(explain({ ...connecting, unansweredForMs: 12_000, presence: "away" })).toHaveLength(2);
  });

  it("T27: a count of the candidates that were dropped, in every state", () => {
    const sentence = "The peer has sent too many candidates: 44 were dropped.";
    for (const facts of [connected, connecting])
      expect(explain({ ...facts, ice: { ...ice, dropped: 44 } })).toContain(sentence);
  });
});
