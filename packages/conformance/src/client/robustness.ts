import { same, NotJudged, type Rule } from "../rule.js";
import type { Stage } from "./stage.js";

/** The client is well where it answers. */
async function answers(stage: Stage): Promise<void> {
  await stage.ann.offer({ newConnection: stage.cannot("renegotiate") });
}

export const robustness: readonly Rule<Stage>[] = [
  {
    id: "robustness.unknown",
    sentence: "ignores events and fields that it does not know",
    section: "transport",
    async check(stage) {
      stage.needsMember();
      const { guest, room } = stage;
      guest.emit("weather", { room, rain: true });
      guest.emit("joined", { id: "AAAAAAAAAAAAAAAAAAAAAA", room, badge: 7 });
      guest.emit("exit", { from: "AAAAAAAAAAAAAAAAAAAAAA", room, reason: "abducted", by: "aliens" });
      await answers(stage);
    },
  },
  {
    id: "robustness.rejected",
    sentence: "goes on after `rejected`",
    section: "errors",
    async check(stage) {
      stage.needsMember();
      const { guest, room, ann } = stage;
      guest.emit("rejected", {
        event: "candidate",
        code: "PEER_NOT_FOUND",
        message: "There is no such peer in this room.",
        retryable: false,
        room,
        to: ann.id,
      });
      guest.emit("rejected", { event: "message", code: "A_CODE_OF_LATER", message: "", retryable: true });
      await answers(stage);
    },
  },
  {
    id: "robustness.bad-description",
    sentence: "goes on with the others when one peer sends a description that is none",
    section: "descriptions",
    async check(stage) {
      stage.needsMember();
      const peer = await stage.peer();
      peer.send("offer", { sdp: "this is no SDP", offerId: "kit-bad-1" });
      await answers(stage);
    },
  },
  {
    id: "peers.exit",
    sentence: "sends nothing more to a peer that has left",
    section: "leaving",
    async check(stage) {
      stage.needsMember();
      const peer = await stage.peer();
      await peer.offer();
      peer.actor.send("exit", { room: stage.room });
      // Its own way to the client may be shorter than that of the peer which is asked next.
      await stage.ann.actor.next("exit", ({ from }) => from === peer.id);
      await answers(stage);
      const mark = stage.guest.mark();
      await answers(stage);
      same(
        "messages to it",
        stage.guest.to(peer.id, mark).map(({ event }) => event),
        [],
      );
    },
  },
  {
    id: "peers.away",
    sentence: "sends nothing to a peer that is away, and keeps it",
    section: "presence",
    async check(stage) {
      stage.needsKey();
      const peer = await stage.peer();
      await peer.offer();
      peer.actor.drop();
      await stage.ann.actor.next("presence", ({ id, state }) => id === peer.id && state === "away");
      await answers(stage);
      const mark = stage.guest.mark();
      await answers(stage);
      same(
        "messages to it",
        stage.guest.to(peer.id, mark).map(({ event }) => event),
        [],
      );
    },
  },
];

export const recovery: readonly Rule<Stage>[] = [
  {
    id: "recovery.rejoins",
    sentence: "joins again when its connection was lost",
    section: "presence",
    async check(stage) {
      stage.needsMember();
      const { guest, room } = stage;
      const [mark, admissions] = [guest.mark(), guest.admissions];
      guest.drop();
      await guest.next(
        "`createAndJoinRoom` over a new connection",
        mark,
        ({ event, payload }) => event === "createAndJoinRoom" && payload.room === room,
      );
      await guest.isAdmitted(admissions + 1);
    },
  },
  {
    id: "recovery.same-key",
    sentence: "joins with the key it had, so that it is the same peer",
    section: "identity",
    check(stage) {
      stage.needsKey();
      const joins = stage.guest.said.filter(
        ({ event, payload }) => event === "createAndJoinRoom" && payload.room === stage.room,
      );
      if (joins.length < 2) throw new NotJudged("it has joined only once");
      same("the keys of its joins: as many as", new Set(joins.map(({ payload }) => payload.key)).size, 1);
    },
  },
  {
    id: "recovery.answers",
    sentence: "answers again after that",
    section: "presence",
    async check(stage) {
      stage.needsMember();
      if (stage.guest.admissions < 2) throw new NotJudged("it has joined only once");
      await answers(stage);
    },
  },
];
