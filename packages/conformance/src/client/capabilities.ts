import { holds, NotJudged, same, show, type Rule } from "../rule.js";
import { sdpOf } from "./scripted-peer.js";
import type { Stage } from "./stage.js";

/** Whether the client heeds what others say that their stacks cannot do. */
export const capabilities: readonly Rule<Stage>[] = [
  {
    id: "capabilities.offers",
    sentence: "makes the first offer to who comes later and says `renegotiate: false`",
    section: "capabilities",
    async check(stage) {
      stage.needsKey();
      if (stage.cannot("renegotiate"))
        throw new NotJudged("the client says that it makes no offers itself: `renegotiate: false`");
      const mark = stage.guest.mark();
      const { id } = await stage.peer({ capabilities: { renegotiate: false } });
      const offer = await stage.guest.next(
        `an offer to ${id}, which makes none`,
        mark,
        ({ event, payload }) => event === "offer" && payload.to === id,
      );
      holds(
        /^[ \t]*m=(audio|video)/m.test(sdpOf(offer)),
        "media sections for what it may want to send",
        show(sdpOf(offer).slice(0, 120)),
      );
    },
  },
  {
    id: "capabilities.whole",
    sentence: "sends to who says `trickle: false` a description with its candidates in it, and none after",
    section: "capabilities",
    async check(stage) {
      stage.needsKey();
      const { guest, ann } = stage;
      const peer = await stage.peer({ capabilities: { trickle: false } });
      const mark = guest.mark();
      const { answer } = await peer.offer();
      holds(
        /^[ \t]*a=candidate:/m.test(sdpOf(answer)),
        "`a=candidate` in the answer",
        `none: ${show(sdpOf(answer).slice(0, 120))}`,
      );
      await ann.offer({ newConnection: stage.cannot("renegotiate") });
      same(
        "candidates after it",
        guest
          .to(peer.id, mark)
          .filter(({ event }) => event === "candidate")
          .map(({ payload }) => payload.candidate),
        [],
      );
    },
  },
];
