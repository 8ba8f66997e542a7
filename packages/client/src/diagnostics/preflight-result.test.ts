import { describe, expect, it } from "vitest";
import type { Gathered } from "./preflight-gather.js";
import { judge } from "./preflight-result.js";

const local: Gathered = {
  address: undefined,
  types: ["host", "host"],
  hidden: false,
  codes: [],
  complete: true,
  ms: 20,
  unmade: false,
};
const answered = { signaling: "answered", iceServers: [] } as const;

function over(url: string, more: Partial<Gathered> = {}): Gathered {
  return { ...local, address: { url }, ...more };
}

/** What is said of one server. */
function outcome(gathered: Gathered): string {
  return judge(answered, local, [gathered])
    .servers.map(({ outcome, code = "" }) => `${outcome} ${String(code)}`.trim())
    .join();
}

describe("a STUN server", () => {
  const url = "stun:stun.example.org";

  it.each([
    ["answers by a public address", over(url, { types: ["host", "srflx"] }), "answers"],
    ["answers where the public address is this device's own, so that no candidate tells of it", over(url), "answers"],
    ["answers one address of this device and not the other", over(url, { codes: [701] }), "answers"],
    ["is silent where it was out of reach from all of them", over(url, { codes: [701, 701] }), "silent"],
    ["is silent where the time was over first", over(url, { complete: false, ms: 10_000 }), "silent"],
    ["is silent where the browser gave up without a word", over(url, { ms: 11_000 }), "silent"],
    ["is silent where there was nothing to ask from", over(url, { types: [] }), "silent"],
  ])("%s", (_, gathered, expected) => {
    expect(outcome(gathered)).toBe(expected);
  });
});

describe("a TURN server", () => {
  const url = "turn:turn.example.org?transport=tcp";

  it.each([
    [
      "answers by a relayed address, whatever went wrong before",
      over(url, { types: ["host", "relay"], codes: [701, 401] }),
      "answers",
    ],
    ["is silent where it was not asked in time", over(url, { types: ["host", "srflx"] }), "silent"],
    ["is silent where it was out of reach", over(url, { codes: [701] }), "silent"],
    ["refuses with its own code, not with that of another address", over(url, { codes: [701, 486] }), "refuses 486"],
    ["is none that the browser takes", over(url, { unmade: true, types: [] }), "invalid"],
  ])("%s", (_, gathered, expected) => {
    expect(outcome(gathered)).toBe(expected);
  });

  it.each([
    ["turn:t.example.org", "udp"],
    ["turn:t.example.org?transport=udp", "udp"],
    ["turn:t.example.org?transport=tcp", "tcp"],
    ["TURNS:t.example.org?transport=tcp", "tls"],
  ])("at %s is reached over %s", (address, transport) => {
    expect(judge(answered, local, [over(address)]).servers).toMatchObject([
      { kind: "turn", transport, url: address.replace(/\?.*/, "") },
    ]);
  });
});

describe("what is found of this network", () => {
  it("tells that local addresses are hidden", () => {
    const { candidates, sentences } = judge(answered, { ...local, hidden: true }, []);
    expect(candidates).toEqual({ host: true, hidden: true, srflx: false, relay: false });
    expect(sentences.at(-1)).toBe(
      "Addresses that others can be told: local; local ones are hidden behind .local names, as browsers have it until the camera or the microphone is allowed.",
    );
  });

  it("is nothing where there are no candidates, and that is said first", () => {
    const { reach, sentences } = judge(
      { signaling: "refused", iceServers: [], refusal: "Show your invitation. (UNAUTHORIZED)" },
      { ...local, types: [] },
      [],
    );
    expect(reach).toBe("nowhere");
    expect(sentences).toEqual([
      "Calls do not work from here: the browser or a firewall allows no connection.",
      "The signaling server does not say which STUN and TURN servers there are: Show your invitation. (UNAUTHORIZED)",
    ]);
  });
});
