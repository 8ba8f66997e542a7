import { createClientEvents, defaultLimits, isKeyedPeerId, parse, type ClientEventName } from "@sig/protocol";
import { RuleSkipped, RuleViolation, assertEqual, assertThat, show, type Rule } from "../rule.js";
import type { ClientContext } from "./client-context.js";
import type { SentEvent } from "./client-under-test.js";
import { sdpOf } from "./scripted-peer.js";

const schemas = createClientEvents(defaultLimits);

/** What every description needs for a connection. */
const requiredLines: readonly [what: string, pattern: RegExp][] = [
  ["`v=0` first", /^v=0/],
  ["a media section", /^[ \t]*m=/m],
  ["`a=ice-ufrag`", /^[ \t]*a=ice-ufrag:/m],
  ["`a=ice-pwd`", /^[ \t]*a=ice-pwd:/m],
  ["`a=fingerprint`", /^[ \t]*a=fingerprint:/m],
  ["`a=setup`", /^[ \t]*a=setup:/m],
];

/** The required lines that a description lacks. */
export function missingFrom(sdp: string): string[] {
  return requiredLines.filter(([, pattern]) => !pattern.test(sdp)).map(([what]) => what);
}

export function assertComplete(description: SentEvent): void {
  const sdp = sdpOf(description);
  const missing = missingFrom(sdp);
  assertThat(
    missing.length === 0,
    `SDP with ${requiredLines.map(([what]) => what).join(", ")}`,
    `SDP without ${missing.join(", ")}: ${show(sdp.slice(0, 120))}`,
  );
}

export const joinsAndOffers: readonly Rule<ClientContext>[] = [
  {
    id: "joining.joins",
    requirement: "joins the room with `createAndJoinRoom` as its first message",
    section: "joining",
    async check({ client, room, waitMs }) {
      const { event, payload } = await client.next("`createAndJoinRoom`", 0, () => true, waitMs);
      assertEqual("the first event", event, "createAndJoinRoom");
      const parsed = parse(schemas.createAndJoinRoom, payload);
      assertThat(parsed.ok, "a valid payload", parsed.ok ? "" : `${show(payload)}: ${parsed.message}`);
      assertEqual("`room`", payload.room, room);
      await client.hasJoined(1);
    },
  },
  {
    id: "offering.everyone",
    requirement: "sends the first offer, as the newcomer, to every online peer in `created.peers`",
    section: "who-offers",
    async check(context) {
      context.needsMember();
      context.needsOfferer();
      const { client, keyedPeer, legacyPeer } = context;
      for (const { id } of [keyedPeer, legacyPeer])
        await client.next(
          `an offer to ${id}, one of the two online peers in \`created.peers\``,
          0,
          ({ event, payload }) => event === "offer" && payload.to === id,
        );
    },
  },
  {
    id: "offering.away",
    requirement: "sends a peer that was away at the join its offer when the peer returns, and not before",
    section: "who-offers",
    async check(context) {
      context.needsKey();
      context.needsOfferer();
      const { client, awayId } = context;
      assertEqual(
        "messages to it while it is away",
        client.to(awayId).map(({ event }) => event),
        [],
      );
      const mark = client.mark();
      await context.returnAway();
      await client.next(
        `an offer to ${awayId}, which has returned`,
        mark,
        ({ event, payload }) => event === "offer" && payload.to === awayId,
      );
    },
  },
  {
    id: "offering.complete",
    requirement: "offers complete descriptions",
    section: "descriptions",
    check({ client }) {
      const offers = client.sent.filter(({ event }) => event === "offer");
      if (offers.length === 0) throw new RuleSkipped("the client has made no offer");
      for (const offer of offers) assertComplete(offer);
    },
  },
  {
    id: "candidates.sends",
    requirement: "sends its candidates after the offer, or includes them in it",
    section: "candidates",
    async check({ client, keyedPeer }) {
      const offer = client.to(keyedPeer.id).find(({ event }) => event === "offer");
      if (offer === undefined) throw new RuleSkipped("the client has made no offer to the peer that joined before it");
      if (/^[ \t]*a=candidate:/m.test(sdpOf(offer))) return;
      await client.next(
        "a candidate with a candidate line",
        0,
        ({ event, payload }) => event === "candidate" && payload.to === keyedPeer.id && lineOf(payload) !== "",
      );
    },
  },
];

/** Rules about all events of the client. They run last, when it has sent everything. */
export const recordedEvents: readonly Rule<ClientContext>[] = [
  {
    id: "candidates.form",
    requirement: "writes each candidate as one line that begins with `candidate:`, and names its media section",
    section: "candidates",
    check({ client }) {
      const candidates = client.sent.filter(({ event }) => event === "candidate");
      if (candidates.length === 0) throw new RuleSkipped("the client has sent no candidate");
      for (const { payload } of candidates) {
        const line = lineOf(payload);
        if (line === "") continue;
        assertThat(/^(a=)?candidate:[^\r\n]*$/.test(line), "`candidate:…` on one line", line);
        const { sdpMid, sdpMLineIndex } = payload.candidate as { sdpMid?: unknown; sdpMLineIndex?: unknown };
        assertThat(sdpMid != null || sdpMLineIndex != null, "`sdpMid` or `sdpMLineIndex`", payload.candidate);
      }
    },
  },
  {
    id: "candidates.exchange",
    requirement: "sends each candidate with the `offerId` of the exchange that it belongs to",
    section: "candidates",
    check(context) {
      context.needsKey();
      const { client } = context;
      const known = new Set([
        ...client.receivedOfferIds,
        ...client.sent.filter(({ event }) => event === "offer").map(({ payload }) => payload.offerId),
      ]);
      const candidates = client.sent.filter(
        ({ event, payload }) =>
          event === "candidate" &&
          lineOf(payload) !== "" &&
          typeof payload.to === "string" &&
          isKeyedPeerId(payload.to),
      );
      if (candidates.length === 0 || known.size === 0)
        throw new RuleSkipped("the client has sent no candidate to a peer with a key");
      assertEqual(
        "the `offerId`s of candidates that belong to no description",
        candidates.filter(({ payload }) => !known.has(payload.offerId)).map(({ payload }) => payload.offerId),
        [],
      );
    },
  },
  {
    id: "messages.valid",
    requirement: "sends only events and payloads that the protocol allows",
    section: "client-to-server",
    check({ client }) {
      for (const { event, payload } of client.sent) {
        if (!(event in schemas)) throw new RuleViolation("an event of the protocol", event);
        const parsed = parse(schemas[event as ClientEventName], payload);
        assertThat(parsed.ok, `a valid \`${event}\``, parsed.ok ? "" : `${show(payload)}: ${parsed.message}`);
      }
    },
  },
];

function lineOf({ candidate }: SentEvent["payload"]): string {
  if (typeof candidate !== "object" || candidate === null) return "";
  const { sdp, candidate: line } = candidate as { sdp?: unknown; candidate?: unknown };
  return typeof sdp === "string" ? sdp : typeof line === "string" ? line : "";
}
