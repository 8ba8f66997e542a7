import { assertEqual, assertThat, RuleSkipped, show, type Rule } from "../rule.js";
import type { ClientContext } from "./client-context.js";
import { sdpOf } from "./scripted-peer.js";

/** Whether the client respects the declared capabilities of other peers. */
export const capabilities: readonly Rule<ClientContext>[] = [
  {
    id: "capabilities.offers",
    requirement: "makes the first offer to a later peer that declares `renegotiate: false`",
    section: "capabilities",
    async check(context) {
      context.needsKey();
      if (context.cannot("renegotiate"))
        throw new RuleSkipped("the client declares `renegotiate: false`: it makes no offers itself");
      const mark = context.client.mark();
      const { id } = await context.peer({ capabilities: { renegotiate: false } });
      const offer = await context.client.next(
        `an offer to ${id}, which makes none itself`,
        mark,
        ({ event, payload }) => event === "offer" && payload.to === id,
      );
      assertThat(
        /^[ \t]*m=(audio|video)/m.test(sdpOf(offer)),
        "media sections for the media that the peer may send",
        show(sdpOf(offer).slice(0, 120)),
      );
    },
  },
  {
    id: "capabilities.whole",
    requirement: "sends a peer that declares `trickle: false` complete descriptions, and no candidates after them",
    section: "capabilities",
    async check(context) {
      context.needsKey();
      const { client, laterPeer } = context;
      const peer = await context.peer({ capabilities: { trickle: false } });
      const mark = client.mark();
      const { answer } = await peer.offer();
      assertThat(
        /^[ \t]*a=candidate:/m.test(sdpOf(answer)),
        "`a=candidate` in the answer",
        `none: ${show(sdpOf(answer).slice(0, 120))}`,
      );
      await laterPeer.offer({ newConnection: context.cannot("renegotiate") });
      assertEqual(
        "candidates after it",
        client
          .to(peer.id, mark)
          .filter(({ event }) => event === "candidate")
          .map(({ payload }) => payload.candidate),
        [],
      );
    },
  },
];
