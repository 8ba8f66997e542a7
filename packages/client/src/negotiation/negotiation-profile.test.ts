import { isPolite } from "@sig/protocol";
import { describe, expect, it } from "vitest";
import { negotiationProfile, type Abilities, type NegotiationProfile } from "./negotiation-profile.js";

const everything: Abilities = { trickle: true, rollback: true, renegotiate: true, restart: true };
const [first, second] = ["a".repeat(22), "b".repeat(22)];

const towards = (
  capabilities: Partial<Abilities> | undefined,
  own: Partial<Abilities> = {},
  selfId = second,
): NegotiationProfile =>
  negotiationProfile(
    selfId,
    { ...everything, ...own },
    { id: selfId === first ? second : first, keyed: true, capabilities },
  );
const towardsKeyless = (
  capabilities: Partial<Abilities> | undefined,
  own: Partial<Abilities> = {},
): NegotiationProfile =>
  negotiationProfile(second, { ...everything, ...own }, { id: "socket-id", keyed: false, capabilities });

describe("towards a peer that can do all that a browser can", () => {
  it("negotiation is perfect, and who gives way is told by the ids", () => {
    const perfect = {
      first: "newcomer",
      rollsBack: true,
      renegotiates: true,
      restarts: true,
      trickles: true,
      answersOnly: false,
    };
    for (const capabilities of [undefined, {}, everything]) {
      expect(towards(capabilities, {}, first)).toEqual({ ...perfect, polite: isPolite(first, second) });
      expect(towards(capabilities, {}, second)).toEqual({ ...perfect, polite: isPolite(second, first) });
    }
  });
});

describe("towards a peer that knows only the seed protocol", () => {
  it("we always give way, and take it for one that trickles, renegotiates and restarts", () => {
    const seed = {
      first: "newcomer",
      polite: true,
      rollsBack: true,
      renegotiates: true,
      restarts: true,
      trickles: true,
      answersOnly: false,
    };
    for (const capabilities of [undefined, {}, everything]) expect(towardsKeyless(capabilities)).toEqual(seed);
  });

  it("we make further offers on a connection also when our own stack cannot take one back: nobody else makes any", () => {
    expect(towardsKeyless(undefined, { rollback: false })).toMatchObject({
      polite: true,
      rollsBack: false,
      renegotiates: true,
    });
  });

  it("we offer when we come, also when our own stack takes one offer for each connection", () => {
    expect(towardsKeyless(undefined, { renegotiate: false }).first).toBe("newcomer");
  });
});

describe("towards a peer that takes one offer for each connection", () => {
  it("we make the first offer, whoever came first, and a new connection for what changes", () => {
    const capabilities = { trickle: false, rollback: false, renegotiate: false, restart: false };
    const device = {
      first: "we",
      polite: true,
      rollsBack: true,
      renegotiates: false,
      restarts: false,
      trickles: false,
      answersOnly: true,
    };
    expect([towards(capabilities), towardsKeyless(capabilities)]).toEqual([device, device]);
  });

  it("which knows that of itself, and waits for the offer", () => {
    expect(towards(everything, { renegotiate: false })).toMatchObject({
      first: "they",
      renegotiates: false,
      restarts: false,
      answersOnly: false,
    });
  });

  it("and is the same as we are, whoever comes last offers, for nobody else would", () => {
    expect(towards({ renegotiate: false }, { renegotiate: false })).toMatchObject({
      first: "newcomer",
      renegotiates: false,
      answersOnly: true,
    });
  });
});

describe("where not both can take an offer back", () => {
  it("the one that can gives way", () => {
    for (const id of [first, second]) {
      expect(towards({ rollback: false }, {}, id)).toMatchObject({ polite: true, renegotiates: true });
      expect(towards({}, { rollback: false }, id)).toMatchObject({ polite: false, renegotiates: true });
    }
  });

  it("and neither can, only the impolite one makes further offers on a connection", () => {
    const both = [first, second].map((id) => towards({ rollback: false }, { rollback: false }, id));
    expect(both.map(({ polite }) => polite).sort()).toEqual([false, true]);
    for (const { polite, renegotiates, rollsBack } of both)
      expect({ renegotiates, rollsBack }).toEqual({ renegotiates: !polite, rollsBack: false });
  });
});

it("no two ends both give way or both insist, and a path is restarted by both or by neither, whatever they can do", () => {
  const sets = Array.from({ length: 16 }, (_, bits): Abilities => ({
    trickle: (bits & 1) > 0,
    rollback: (bits & 2) > 0,
    renegotiate: (bits & 4) > 0,
    restart: (bits & 8) > 0,
  }));
  for (const one of sets) {
    for (const other of sets) {
      const [here, there] = [towards(other, one, first), towards(one, other, second)];
      expect(here.polite).toBe(!there.polite);
      expect(here.restarts).toBe(there.restarts);
      expect([here.first, there.first].filter((who) => who === "we")).toHaveLength(here.first === "newcomer" ? 0 : 1);
      expect([here.first, there.first].includes("they")).toBe(here.first !== "newcomer");
    }
  }
});
