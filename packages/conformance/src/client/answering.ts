import { RuleSkipped, assertEqual, assertThat, show, type Rule } from "../rule.js";
import type { ClientContext } from "./client-context.js";
import type { SentEvent } from "./client-under-test.js";
import { assertComplete } from "./offering.js";
import { sdpOf } from "./scripted-peer.js";
import { candidateLine } from "./sdp.js";

const isDescription = ({ event }: SentEvent): boolean => event === "offer" || event === "answer";
const ufragOf = (description: SentEvent): string | undefined => /a=ice-ufrag:(\S+)/.exec(sdpOf(description))?.[1];

export const answering: readonly Rule<ClientContext>[] = [
  {
    id: "answering.waits",
    requirement: "waits for the offer of a peer that joins later, and answers it",
    section: "who-offers",
    async check(context) {
      context.needsMember();
      const newcomer = await context.peer();
      const { answer } = await newcomer.offer();
      assertEqual(
        "the first description for the newcomer",
        context.client.to(newcomer.id).find(isDescription)?.event,
        "answer",
      );
      assertComplete(answer);
    },
  },
  {
    id: "answering.names-the-offer",
    requirement: "repeats the `offerId` of the offer in the answer",
    section: "negotiation",
    async check(context) {
      context.needsKey();
      const { offer, answer } = await (await context.peer()).offer();
      assertEqual("`offerId`", answer.payload.offerId, offer.offerId);
    },
  },
  {
    id: "answering.legacy-peer",
    requirement: "answers a legacy peer, whose offer has no `offerId`, bare newlines and indentation",
    section: "two-dialects",
    async check(context) {
      context.needsMember();
      const legacy = await context.peer({ key: null });
      const { answer } = await legacy.offer({ write: (sdp) => sdp.replaceAll("\r\n", "\n\t").trimEnd() + "\n" });
      assertComplete(answer);
    },
  },
  {
    id: "answering.candidates",
    requirement:
      "accepts candidates in every form: before the offer, with `a=`, with a numeric string, without " +
      "`sdpMid`, with unknown fields, and the end of candidates",
    section: "candidates",
    async check(context) {
      context.needsMember();
      if (context.cannot("trickle"))
        throw new RuleSkipped("the client declares `trickle: false`: it takes no candidates");
      const peer = await context.peer();
      const offerId = `kit-${peer.id.slice(0, 6)}-1`;
      const forms = [
        { sdpMid: "0", sdpMLineIndex: 0, sdp: candidateLine },
        { sdpMid: "0", sdpMLineIndex: "0", sdp: `a=${candidateLine}` },
        { sdpMLineIndex: 0, sdp: candidateLine },
        { sdpMid: "0", sdpMLineIndex: 0, sdp: "" },
      ];
      for (const candidate of forms) peer.send("candidate", { candidate, offerId });
      await peer.offer();
      for (const candidate of forms) peer.send("candidate", { candidate, offerId });
      if (!context.cannot("renegotiate")) await peer.offer();
    },
  },
  {
    id: "answering.again",
    requirement: "answers a later offer on the same connection, or on a new one if it declares `renegotiate: false`",
    section: "negotiation",
    async check(context) {
      context.needsMember();
      const { client, laterPeer } = context;
      const before = client.to(laterPeer.id).findLast(isDescription);
      const { answer } = await laterPeer.offer({ newConnection: context.cannot("renegotiate") });
      assertComplete(answer);
      if (before !== undefined && !context.cannot("renegotiate"))
        assertEqual("the ICE credentials of the existing connection, `a=ice-ufrag`", ufragOf(answer), ufragOf(before));
    },
  },
  {
    id: "answering.new-connection",
    requirement: "answers an offer with another certificate on a new connection, with new ICE credentials",
    section: "negotiation",
    async check(context) {
      context.needsKey();
      const peer = await context.peer();
      const { answer: first } = await peer.offer();
      const { answer: second } = await peer.offer({ newConnection: true });
      assertComplete(second);
      assertThat(
        ufragOf(first) !== ufragOf(second),
        "a new `a=ice-ufrag` for a new connection",
        `${show(ufragOf(first))} twice`,
      );
    },
  },
  {
    id: "answering.repeated",
    requirement: "sends the same answer again to an offer that is repeated with its `offerId`",
    section: "negotiation",
    async check(context) {
      context.needsKey();
      if (context.cannot("renegotiate"))
        throw new RuleSkipped("the client declares `renegotiate: false`: no offer is repeated to it");
      const { offer, answer } = await context.laterPeer.offer();
      assertEqual("the answer", sdpOf((await context.laterPeer.sendOffer(offer)).answer), sdpOf(answer));
    },
  },
  {
    id: "answering.no-stranger",
    requirement: "answers only peers in its room",
    section: "relaying",
    async check(context) {
      context.needsMember();
      const { client, laterPeer, room } = context;
      const mark = client.mark();
      const stranger = "stranger-that-is-not-here";
      const { offer } = await (await context.peer()).offer();
      client.emit("offer", { from: stranger, to: client.id, room, sdp: offer.sdp, offerId: "kit-stranger-1" });
      await laterPeer.offer({ newConnection: context.cannot("renegotiate") });
      assertThat(
        client.to(stranger, mark).length === 0,
        "nothing to a peer that was neither in `created.peers` nor in `joined`",
        client.to(stranger, mark),
      );
    },
  },
];
