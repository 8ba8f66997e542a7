import { isPolite } from "@sig/protocol/page";
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
const towardsLegacy = (
  capabilities: Partial<Abilities> | undefined,
  own: Partial<Abilities> = {},
): NegotiationProfile =>
  negotiationProfile(second, { ...everything, ...own }, { id: "socket-id", keyed: false, capabilities });

const browser = {
  offersFirst: "as-newcomer",
  rollsBack: true,
  renegotiates: true,
  restartable: true,
  trickles: true,
  resendsOffers: true,
  requestsMedia: false,
  replaceable: true,
  extended: true,
};

describe("towards a peer that supports everything", () => {
  it("uses all features, and the ids decide who is polite", () => {
    for (const capabilities of [undefined, {}, everything]) {
      expect(towards(capabilities, {}, first)).toEqual({ ...browser, polite: isPolite(first, second) });
      expect(towards(capabilities, {}, second)).toEqual({ ...browser, polite: isPolite(second, first) });
    }
  });
});

describe("towards a legacy client", () => {
  it("is always polite, sends no extensions, and assumes trickle, renegotiation and ICE restart", () => {
    const legacy = { ...browser, extended: false, polite: true, requestsMedia: true, replaceable: false };
    for (const capabilities of [undefined, {}, everything]) expect(towardsLegacy(capabilities)).toEqual(legacy);
  });

  it("renegotiates even if our own stack cannot roll back, because a legacy client makes no further offers", () => {
    expect(towardsLegacy(undefined, { rollback: false })).toMatchObject({
      polite: true,
      rollsBack: false,
      renegotiates: true,
    });
  });

  it("offers as newcomer even if our own stack takes one offer for each connection", () => {
    expect(towardsLegacy(undefined, { renegotiate: false }).offersFirst).toBe("as-newcomer");
  });
});

describe("towards a peer that takes one offer for each connection", () => {
  const capabilities = { trickle: false, rollback: false, renegotiate: false, restart: false };

  it("always offers first, never resends an offer, and makes a new connection for each change", () => {
    const device = {
      ...browser,
      offersFirst: "always",
      polite: true,
      renegotiates: false,
      restartable: false,
      trickles: false,
      resendsOffers: false,
      requestsMedia: true,
    };
    expect(towards(capabilities)).toEqual(device);
    expect(towardsLegacy(capabilities)).toEqual({ ...device, extended: false });
  });

  it("never offers first if we are that peer", () => {
    expect(towards(everything, { renegotiate: false })).toMatchObject({
      offersFirst: "never",
      renegotiates: false,
      restartable: false,
    });
  });

  it("offers as newcomer if both are such peers, because nobody else would", () => {
    expect(towards({ renegotiate: false }, { renegotiate: false })).toMatchObject({
      offersFirst: "as-newcomer",
      renegotiates: false,
    });
  });
});

describe("if not both ends can roll back", () => {
  it("the end that can is polite", () => {
    for (const id of [first, second]) {
      expect(towards({ rollback: false }, {}, id)).toMatchObject({ polite: true, renegotiates: true });
      expect(towards({}, { rollback: false }, id)).toMatchObject({ polite: false, renegotiates: true });
    }
  });

  it("and neither can, only the impolite end renegotiates", () => {
    const both = [first, second].map((id) => towards({ rollback: false }, { rollback: false }, id));
    expect(both.map(({ polite }) => polite).sort()).toEqual([false, true]);
    for (const { polite, renegotiates, rollsBack } of both)
      expect({ renegotiates, rollsBack }).toEqual({ renegotiates: !polite, rollsBack: false });
  });
});

describe("for each of the 256 pairs of capabilities", () => {
  const sets = Array.from({ length: 16 }, (_, bits): Abilities => ({
    trickle: (bits & 1) > 0,
    rollback: (bits & 2) > 0,
    renegotiate: (bits & 4) > 0,
    restart: (bits & 8) > 0,
  }));
  const pairs = sets.flatMap((own) => sets.map((theirs) => ({ own, theirs })));

  it("one end is polite and one is not", () => {
    for (const { own, theirs } of pairs)
      expect(towards(theirs, own, first).polite).toBe(!towards(own, theirs, second).polite);
  });

  it("exactly one end offers first", () => {
    for (const { own, theirs } of pairs) {
      const ends = [towards(theirs, own, first), towards(own, theirs, second)].map(({ offersFirst }) => offersFirst);
      expect([
        ["always", "never"],
        ["as-newcomer", "as-newcomer"],
      ]).toContainEqual(ends.sort());
    }
  });

  it("both ends restart ICE or neither does", () => {
    for (const { own, theirs } of pairs)
      expect(towards(theirs, own, first).restartable).toBe(towards(own, theirs, second).restartable);
  });

  it("at most the impolite end renegotiates where nobody can roll back", () => {
    for (const { own, theirs } of pairs.filter(({ own, theirs }) => !own.rollback && !theirs.rollback))
      for (const profile of [towards(theirs, own, first), towards(own, theirs, second)])
        expect(profile.renegotiates && profile.polite).toBe(false);
  });

  it("an offer is resent and media is not requested unless the peer takes one offer for each connection", () => {
    for (const { own, theirs } of pairs) {
      const { resendsOffers, requestsMedia } = towards(theirs, own);
      expect({ resendsOffers, requestsMedia }).toEqual({
        resendsOffers: theirs.renegotiate,
        requestsMedia: !theirs.renegotiate,
      });
    }
  });

  it("the extensions depend on the key alone", () => {
    for (const { own, theirs } of pairs) {
      expect(towards(theirs, own)).toMatchObject({ extended: true, replaceable: true });
      expect(towardsLegacy(theirs, own)).toMatchObject({
        extended: false,
        polite: true,
        requestsMedia: true,
        replaceable: !theirs.renegotiate,
      });
    }
  });
});
