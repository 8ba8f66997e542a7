import { RuleSkipped, assertEqual, type Rule } from "../rule.js";
import type { ClientContext } from "./client-context.js";

/** A client that answers an offer still works. */
async function stillAnswers(context: ClientContext): Promise<void> {
  await context.laterPeer.offer({ newConnection: context.cannot("renegotiate") });
}

export const robustness: readonly Rule<ClientContext>[] = [
  {
    id: "robustness.unknown",
    requirement: "ignores unknown events and fields",
    section: "transport",
    async check(context) {
      context.needsMember();
      const { client, room } = context;
      client.emit("weather", { room, rain: true });
      client.emit("joined", { id: "AAAAAAAAAAAAAAAAAAAAAA", room, badge: 7 });
      client.emit("exit", { from: "AAAAAAAAAAAAAAAAAAAAAA", room, reason: "abducted", by: "aliens" });
      await stillAnswers(context);
    },
  },
  {
    id: "robustness.rejected",
    requirement: "keeps working after `rejected`",
    section: "errors",
    async check(context) {
      context.needsMember();
      const { client, room, laterPeer } = context;
      client.emit("rejected", {
        event: "candidate",
        code: "PEER_NOT_FOUND",
        message: "There is no such peer in this room.",
        retryable: false,
        room,
        to: laterPeer.id,
      });
      client.emit("rejected", { event: "message", code: "A_CODE_OF_LATER", message: "", retryable: true });
      await stillAnswers(context);
    },
  },
  {
    id: "robustness.bad-description",
    requirement: "keeps its other peers when one peer sends an invalid description",
    section: "descriptions",
    async check(context) {
      context.needsMember();
      const peer = await context.peer();
      peer.send("offer", { sdp: "this is not SDP", offerId: "kit-bad-1" });
      await stillAnswers(context);
    },
  },
  {
    id: "peers.exit",
    requirement: "sends nothing to a peer that has left",
    section: "leaving",
    async check(context) {
      context.needsMember();
      const peer = await context.peer();
      await peer.offer();
      peer.client.send("exit", { room: context.room });
      // Wait for `exit`: an offer from the other peer could arrive at the client before it.
      await context.laterPeer.client.next("exit", ({ from }) => from === peer.id);
      await stillAnswers(context);
      const mark = context.client.mark();
      await stillAnswers(context);
      assertEqual(
        "messages to it",
        context.client.to(peer.id, mark).map(({ event }) => event),
        [],
      );
    },
  },
  {
    id: "peers.away",
    requirement: "sends nothing to a peer that is away, and keeps it",
    section: "presence",
    async check(context) {
      context.needsKey();
      const peer = await context.peer();
      await peer.offer();
      peer.client.drop();
      await context.laterPeer.client.next("presence", ({ id, state }) => id === peer.id && state === "away");
      await stillAnswers(context);
      const mark = context.client.mark();
      await stillAnswers(context);
      assertEqual(
        "messages to it",
        context.client.to(peer.id, mark).map(({ event }) => event),
        [],
      );
    },
  },
  {
    id: "notices.read",
    requirement: "handles gathered notices as if each had arrived by itself, if it names the feature",
    section: "gathered-notices",
    async check(context) {
      context.needsMember();
      const { client, room } = context;
      if (!client.hasNamed("notices")) throw new RuleSkipped("the client does not name the feature `notices`");
      if (context.cannot("renegotiate"))
        throw new RuleSkipped("the client declares `renegotiate: false`: it makes no offers itself");
      const left = "A".repeat(22);
      const present = "B".repeat(22);
      const joined = (id: string) => ({
        event: "joined",
        payload: { id, room, capabilities: { renegotiate: false } },
      });
      const mark = client.mark();
      client.emit("notices", {
        notices: [
          joined(left),
          { event: "exit", payload: { from: left, room } },
          { event: "weather", payload: { room, rain: true } },
          joined(present),
        ],
      });
      await client.next(
        `an offer to ${present}, which makes none itself`,
        mark,
        ({ event, payload }) => event === "offer" && payload.to === present,
      );
      client.emit("exit", { from: present, room });
    },
  },
];

export const recovery: readonly Rule<ClientContext>[] = [
  {
    id: "recovery.rejoins",
    requirement: "joins again after a lost connection",
    section: "presence",
    async check(context) {
      context.needsMember();
      const { client, room } = context;
      const [mark, joins] = [client.mark(), client.joins];
      client.drop();
      await client.next(
        "`createAndJoinRoom` over a new connection",
        mark,
        ({ event, payload }) => event === "createAndJoinRoom" && payload.room === room,
      );
      await client.hasJoined(joins + 1);
    },
  },
  {
    id: "recovery.same-key",
    requirement: "rejoins with its key, so that it stays the same peer",
    section: "identity",
    check(context) {
      context.needsKey();
      const joins = context.client.sent.filter(
        ({ event, payload }) => event === "createAndJoinRoom" && payload.room === context.room,
      );
      if (joins.length < 2) throw new RuleSkipped("the client has joined only once");
      assertEqual("the number of keys in its joins", new Set(joins.map(({ payload }) => payload.key)).size, 1);
    },
  },
  {
    id: "recovery.answers",
    requirement: "answers offers after it has rejoined",
    section: "presence",
    async check(context) {
      context.needsMember();
      if (context.client.joins < 2) throw new RuleSkipped("the client has joined only once");
      await stillAnswers(context);
    },
  },
];
