import { createClientEvents, defaultLimits, isKeyedPeerId, parse, type ClientEventName } from "@sig/protocol";
import { Fault, holds, NotJudged, same, show, type Rule } from "../rule.js";
import { sdpOf } from "./scripted-peer.js";
import type { Said } from "./guest.js";
import type { Stage } from "./stage.js";

const schemas = createClientEvents(defaultLimits);

/** What every description has that a peer can connect by. */
const needed: readonly [what: string, pattern: RegExp][] = [
  ["`v=0` first", /^v=0/],
  ["a media section", /^[ \t]*m=/m],
  ["`a=ice-ufrag`", /^[ \t]*a=ice-ufrag:/m],
  ["`a=ice-pwd`", /^[ \t]*a=ice-pwd:/m],
  ["`a=fingerprint`", /^[ \t]*a=fingerprint:/m],
  ["`a=setup`", /^[ \t]*a=setup:/m],
];

/** What a description lacks of that. */
export function missingFrom(sdp: string): string[] {
  return needed.filter(([, pattern]) => !pattern.test(sdp)).map(([what]) => what);
}

export function complete(description: Said): void {
  const sdp = sdpOf(description);
  const missing = missingFrom(sdp);
  holds(
    missing.length === 0,
    `SDP with ${needed.map(([what]) => what).join(", ")}`,
    `one without ${missing.join(", ")}: ${show(sdp.slice(0, 120))}`,
  );
}

export const joinsAndOffers: readonly Rule<Stage>[] = [
  {
    id: "joining.joins",
    sentence: "joins the room with `createAndJoinRoom` as its first message",
    section: "joining",
    async check({ guest, room, waitMs }) {
      const { event, payload } = await guest.next("`createAndJoinRoom`", 0, () => true, waitMs);
      same("the first event", event, "createAndJoinRoom");
      const read = parse(schemas.createAndJoinRoom, payload);
      holds(read.ok, "a payload as the protocol says", read.ok ? "" : `${show(payload)}: ${read.message}`);
      same("`room`", payload.room, room);
      await guest.isAdmitted(1);
    },
  },
  {
    id: "offering.everyone",
    sentence: "as the newcomer makes the first offer to everyone in `created.peers` who is online",
    section: "who-offers",
    async check(stage) {
      stage.needsMember();
      stage.needsOfferer();
      const { guest, grace, tom } = stage;
      for (const { id } of [grace, tom])
        await guest.next(
          `an offer to ${id}, one of the two who are online in \`created.peers\``,
          0,
          ({ event, payload }) => event === "offer" && payload.to === id,
        );
    },
  },
  {
    id: "offering.away",
    sentence: "offers to who was away when it came once that one is back, and not before",
    section: "who-offers",
    async check(stage) {
      stage.needsKey();
      stage.needsOfferer();
      const { guest, away } = stage;
      same(
        "messages to it while it is away",
        guest.to(away).map(({ event }) => event),
        [],
      );
      const mark = guest.mark();
      await stage.comeBack();
      await guest.next(
        `an offer to ${away}, which is back`,
        mark,
        ({ event, payload }) => event === "offer" && payload.to === away,
      );
    },
  },
  {
    id: "offering.complete",
    sentence: "offers descriptions by which one can connect",
    section: "descriptions",
    check({ guest }) {
      const offers = guest.said.filter(({ event }) => event === "offer");
      if (offers.length === 0) throw new NotJudged("it has made no offer");
      for (const offer of offers) complete(offer);
    },
  },
  {
    id: "candidates.sends",
    sentence: "sends its candidates after the offer, or has them in it",
    section: "candidates",
    async check({ guest, grace }) {
      const offer = guest.to(grace.id).find(({ event }) => event === "offer");
      if (offer === undefined) throw new NotJudged("it has made no offer to the peer that was there");
      if (/^[ \t]*a=candidate:/m.test(sdpOf(offer))) return;
      await guest.next(
        "a candidate with a line in it",
        0,
        ({ event, payload }) => event === "candidate" && payload.to === grace.id && lineOf(payload) !== "",
      );
    },
  },
];

/** Said of all that the client has said, when it has said all. */
export const inAll: readonly Rule<Stage>[] = [
  {
    id: "candidates.form",
    sentence: "writes each candidate as one line that begins with `candidate:`, and names its media section",
    section: "candidates",
    check({ guest }) {
      const candidates = guest.said.filter(({ event }) => event === "candidate");
      if (candidates.length === 0) throw new NotJudged("it has sent no candidate");
      for (const { payload } of candidates) {
        const line = lineOf(payload);
        if (line === "") continue;
        holds(/^(a=)?candidate:[^\r\n]*$/.test(line), "`candidate:…` on one line", line);
        const { sdpMid, sdpMLineIndex } = payload.candidate as { sdpMid?: unknown; sdpMLineIndex?: unknown };
        holds(sdpMid != null || sdpMLineIndex != null, "`sdpMid` or `sdpMLineIndex`", payload.candidate);
      }
    },
  },
  {
    id: "candidates.exchange",
    sentence: "puts on each candidate the `offerId` of the exchange that its description was made in",
    section: "candidates",
    check(stage) {
      stage.needsKey();
      const { guest } = stage;
      const known = new Set([
        ...guest.offered,
        ...guest.said.filter(({ event }) => event === "offer").map(({ payload }) => payload.offerId),
      ]);
      const candidates = guest.said.filter(
        ({ event, payload }) =>
          event === "candidate" &&
          lineOf(payload) !== "" &&
          typeof payload.to === "string" &&
          isKeyedPeerId(payload.to),
      );
      if (candidates.length === 0 || known.size === 0)
        throw new NotJudged("it has sent no candidate to a peer with a key");
      same(
        "the `offerId`s of candidates that belong to no description",
        candidates.filter(({ payload }) => !known.has(payload.offerId)).map(({ payload }) => payload.offerId),
        [],
      );
    },
  },
  {
    id: "messages.valid",
    sentence: "sends nothing that the protocol does not allow",
    section: "client-to-server",
    check({ guest }) {
      for (const { event, payload } of guest.said) {
        if (!(event in schemas)) throw new Fault("an event that the protocol names", event);
        const read = parse(schemas[event as ClientEventName], payload);
        holds(read.ok, `\`${event}\` as the protocol says`, read.ok ? "" : `${show(payload)}: ${read.message}`);
      }
    },
  },
];

function lineOf({ candidate }: Said["payload"]): string {
  if (typeof candidate !== "object" || candidate === null) return "";
  const { sdp, candidate: line } = candidate as { sdp?: unknown; candidate?: unknown };
  return typeof sdp === "string" ? sdp : typeof line === "string" ? line : "";
}
