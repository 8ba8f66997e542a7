import { describe, expect, it } from "vitest";
import type { Gathered } from "./preflight-gather.js";
import { reportOf } from "./preflight-result.js";

const local: Gathered = {
  address: undefined,
  types: ["host", "host"],
  hidden: false,
  codes: [],
  complete: true,
  ms: 20,
  failed: false,
};
const answered = { signaling: "answered", iceServers: [] } as const;

function over(url: string, more: Partial<Gathered> = {}): Gathered {
  return { ...local, address: { url }, ...more };
}

/** The outcome and code of one server. */
function outcome(gathered: Gathered): string {
  return reportOf(answered, local, [gathered])
    .servers.map(({ outcome, code = "" }) => `${outcome} ${String(code)}`.trim())
    .join();
}

describe("a STUN server", () => {
  const url = "stun:stun.example.org";

  it.each([
    ["answers with a public address", over(url, { types: ["host", "srflx"] }), "answers"],
    ["answers without a candidate, if the public address is this device's own", over(url), "answers"],
    ["answers one address of this device and not the other", over(url, { codes: [701] }), "answers"],
    ["is silent if no address of this device reached it", over(url, { codes: [701, 701] }), "silent"],
    ["is silent if the timeout ended first", over(url, { complete: false, ms: 10_000 }), "silent"],
    ["is silent if the browser gave up without an error", over(url, { ms: 11_000 }), "silent"],
    ["is silent if this device has no address", over(url, { types: [] }), "silent"],
  ])("%s", (_, gathered, expected) => {
    expect(outcome(gathered)).toBe(expected);
  });
});

describe("a TURN server", () => {
  const url = "turn:turn.example.org?transport=tcp";

  it.each([
    [
      "answers with a relayed address, in spite of earlier errors",
      over(url, { types: ["host", "relay"], codes: [701, 401] }),
      "answers",
    ],
    ["is silent if it gave no relayed address in time", over(url, { types: ["host", "srflx"] }), "silent"],
    ["is silent if it was unreachable", over(url, { codes: [701] }), "silent"],
    ["refuses with its own code, not that of an unreachable address", over(url, { codes: [701, 486] }), "refuses 486"],
    ["is invalid if the browser rejects the address", over(url, { failed: true, types: [] }), "invalid"],
  ])("%s", (_, gathered, expected) => {
    expect(outcome(gathered)).toBe(expected);
  });

  it.each([
    ["turn:t.example.org", "udp"],
    ["turn:t.example.org?transport=udp", "udp"],
    ["turn:t.example.org?transport=tcp", "tcp"],
    ["TURNS:t.example.org?transport=tcp", "tls"],
  ])("at %s is reached over %s", (address, transport) => {
    expect(reportOf(answered, local, [over(address)]).servers).toMatchObject([
      { kind: "turn", transport, url: address.replace(/\?.*/, "") },
    ]);
  });
});

describe("the report of this network", () => {
  it("says that local addresses are hidden", () => {
    const { candidates, sentences } = reportOf(answered, { ...local, hidden: true }, []);
    expect(candidates).toEqual({ host: true, hidden: true, srflx: false, relay: false });
    expect(sentences.at(-1)).toBe(
      "Addresses that other people can use: local (hidden behind .local names until the camera or microphone " +
        "is allowed).",
    );
  });

  it("begins with the bad news if there are no candidates", () => {
    const { reach, sentences } = reportOf(
      { signaling: "refused", iceServers: [], rejection: "Show your invitation. (UNAUTHORIZED)" },
      { ...local, types: [] },
      [],
    );
    expect(reach).toBe("nowhere");
    expect(sentences).toEqual([
      "Calls do not work from here: the browser or a firewall blocks all connections.",
      "The signaling server rejected the request for STUN and TURN servers: Show your invitation. (UNAUTHORIZED)",
    ]);
  });
});
