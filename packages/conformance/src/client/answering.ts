import { NotJudged, holds, same, show, type Rule } from "../rule.js";
import type { Said } from "./guest.js";
import { complete } from "./offering.js";
import { sdpOf } from "./scripted-peer.js";
import { candidateLine } from "./sdp.js";
import type { Stage } from "./stage.js";

const isDescription = ({ event }: Said): boolean => event === "offer" || event === "answer";
const ufragOf = (description: Said): string | undefined => /a=ice-ufrag:(\S+)/.exec(sdpOf(description))?.[1];

export const answering: readonly Rule<Stage>[] = [
  {
    id: "answering.waits",
    sentence: "waits for the offer of who comes later, and answers it",
    section: "who-offers",
    async check(stage) {
      stage.needsMember();
      const ann = await stage.peer();
      const { answer } = await ann.offer();
      same(
        "the first message to the newcomer",
        stage.guest.to(ann.id).find(({ event }) => event === "offer" || event === "answer")?.event,
        "answer",
      );
      complete(answer);
    },
  },
  {
    id: "answering.names-the-offer",
    sentence: "repeats the `offerId` of the offer in the answer",
    section: "negotiation",
    async check(stage) {
      stage.needsKey();
      const { offered, answer } = await (await stage.peer()).offer();
      same("`offerId`", answer.payload.offerId, offered.offerId);
    },
  },
  {
    id: "answering.seed-peer",
    sentence: "answers a peer without a key, whose offer has no `offerId`, bare newlines and indentation",
    section: "two-dialects",
    async check(stage) {
      stage.needsMember();
      const sam = await stage.peer({ key: null });
      const { answer } = await sam.offer({ write: (sdp) => sdp.replaceAll("\r\n", "\n\t").trimEnd() + "\n" });
      complete(answer);
    },
  },
  {
    id: "answering.candidates",
    sentence:
      "reads candidates in every form: before the offer, with `a=`, with a numeric text, without `sdpMid`, with fields it does not know, and their end",
    section: "candidates",
    async check(stage) {
      stage.needsMember();
      if (stage.cannot("trickle")) throw new NotJudged("the client says that it takes no candidates: `trickle: false`");
      const peer = await stage.peer();
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
      if (!stage.cannot("renegotiate")) await peer.offer();
    },
  },
  {
    id: "answering.again",
    sentence: "answers a later offer on the same connection, or for a new one where it says `renegotiate: false`",
    section: "negotiation",
    async check(stage) {
      stage.needsMember();
      const { guest, ann } = stage;
      const before = guest.to(ann.id).findLast(isDescription);
      const { answer } = await ann.offer({ newConnection: stage.cannot("renegotiate") });
      complete(answer);
      if (before !== undefined && !stage.cannot("renegotiate"))
        same("the ICE credentials of the connection that is, `a=ice-ufrag`", ufragOf(answer), ufragOf(before));
    },
  },
  {
    id: "answering.new-connection",
    sentence: "answers an offer with another certificate by a new connection, with ICE credentials of its own",
    section: "negotiation",
    async check(stage) {
      stage.needsKey();
      const peer = await stage.peer();
      const { answer: first } = await peer.offer();
      const { answer: second } = await peer.offer({ newConnection: true });
      complete(second);
      holds(
        ufragOf(first) !== ufragOf(second),
        "another `a=ice-ufrag` for another connection",
        `${show(ufragOf(first))} twice`,
      );
    },
  },
  {
    id: "answering.repeated",
    sentence: "sends the same answer again to an offer that is said again with its `offerId`",
    section: "negotiation",
    async check(stage) {
      stage.needsKey();
      if (stage.cannot("renegotiate"))
        throw new NotJudged("to a client with `renegotiate: false` no offer is said again");
      const { offered, answer } = await stage.ann.offer();
      same("the answer", sdpOf((await stage.ann.say(offered)).answer), sdpOf(answer));
    },
  },
  {
    id: "answering.no-stranger",
    sentence: "answers nobody who is not in its room",
    section: "relaying",
    async check(stage) {
      stage.needsMember();
      const { guest, ann, room } = stage;
      const mark = guest.mark();
      const stranger = "stranger-that-is-not-here";
      const { offered } = await (await stage.peer()).offer();
      guest.emit("offer", { from: stranger, to: guest.id, room, sdp: offered.sdp, offerId: "kit-stranger-1" });
      await ann.offer({ newConnection: stage.cannot("renegotiate") });
      holds(
        guest.to(stranger, mark).length === 0,
        "nothing to a peer that is neither in `created.peers` nor was said to have joined",
        guest.to(stranger, mark),
      );
    },
  },
];
