import { assertEqual, RuleSkipped, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

export const presence: readonly Rule<ServerContext>[] = [
  {
    id: "presence.away",
    requirement: "sends `presence` with `away`, and no `exit`, when the socket of a member with a key drops",
    section: "presence",
    async check(context) {
      const room = context.newRoom();
      const [witness, other, ada] = await context.members(room, {}, {}, {});
      const mark = witness.mark();
      ada.drop();
      assertEqual("`presence`", await witness.next("presence"), { id: ada.id, room, state: "away" });
      assertEqual(
        "the events at the others",
        (await context.receivedBy(witness, mark, other, room)).map(({ event }) => event),
        ["presence"],
      );
    },
  },
  {
    id: "presence.back",
    requirement:
      "resumes the membership on a join with its key: `created` with `resumed`, for the others `presence` " +
      "with `online`, and neither `exit` nor `joined`",
    section: "presence",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      const mark = witness.mark();
      ada.drop();
      await witness.next("presence", ({ state }) => state === "away");
      const back = await context.connect();
      const created = await back.join(room, context.joinPayload(room, { key: ada.key }));
      assertEqual(
        "`id`, `resumed` and the ids of `peers`",
        [created.id, created.resumed, created.peers.map(({ id }) => id)],
        [ada.id, true, [witness.id]],
      );
      assertEqual("`presence`", await witness.next("presence"), { id: ada.id, room, state: "online" });
      assertEqual(
        "the events at the others",
        (await context.receivedBy(witness, mark, back, room)).map(({ event }) => event),
        ["presence", "presence"],
      );
    },
  },
  {
    id: "presence.metadata",
    requirement:
      "sends the others the new metadata of a member that returns with some, and keeps the old if it returns without",
    section: "presence",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, { metadata: { name: "Ada" } });
      const again = { key: ada.key, metadata: { name: "Ada", muted: true } };
      ada.drop();
      await witness.next("presence", ({ state }) => state === "away");
      const back = await context.member(room, again);
      assertEqual("`metadata`", await witness.next("metadata"), { id: ada.id, room, metadata: again.metadata });
      back.drop();
      await witness.next("presence", ({ state }) => state === "away");
      await context.member(room, { key: ada.key });
      const { peers } = await (await context.connect()).join(room, context.joinPayload(room));
      assertEqual("its metadata for a newcomer", peers.find(({ id }) => id === ada.id)?.metadata, again.metadata);
    },
  },
  {
    id: "presence.list",
    requirement: 'lists an away member with `state: "away"` for newcomers with a key',
    section: "joining",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      ada.drop();
      await witness.next("presence");
      const newcomer = await context.connect();
      const { peers } = await newcomer.join(room, context.joinPayload(room));
      assertEqual("its `state`", peers.find(({ id }) => id === ada.id)?.state, "away");
    },
  },
  {
    id: "presence.target",
    requirement: "rejects events to an away peer with PEER_AWAY, as retryable",
    section: "relaying",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      ada.drop();
      await witness.next("presence");
      const { ok, code, retryable } = await witness.call("offer", { room, to: ada.id, sdp: "v=0\r\n" });
      assertEqual("the rejection", { ok, code, retryable }, { ok: false, code: "PEER_AWAY", retryable: true });
    },
  },
  {
    id: "presence.lost",
    requirement: "ends a membership with `exit`, reason `lost`, after the grace time",
    section: "presence",
    async check(context) {
      const { graceSeconds } = context.settings;
      if (graceSeconds === undefined) throw new RuleSkipped("it needs the server's grace time: --grace SECONDS");
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      ada.drop();
      await witness.next("presence");
      await new Promise((resolve) => setTimeout(resolve, graceSeconds * 1000));
      assertEqual("`exit`", await witness.next("exit"), { from: ada.id, room, reason: "lost" });
    },
  },
  {
    id: "leaving.exit",
    requirement: "sends `exit` with reason `left` at once, and accepts nothing more for the room",
    section: "leaving",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      assertEqual("the acknowledgment", await ada.call("exit", { room }), { ok: true });
      assertEqual("`exit`", await witness.next("exit"), { from: ada.id, room, reason: "left" });
      assertEqual(
        "the code of an offer afterwards",
        (await ada.call("offer", { room, to: witness.id, sdp: "v=0\r\n" })).code,
        "NOT_IN_ROOM",
      );
    },
  },
  {
    id: "leaving.only-oneself",
    requirement: "ends only the sender's membership, whatever `from` an `exit` claims",
    section: "leaving",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      const eve = await context.member(context.newRoom());
      const mark = witness.mark();
      eve.send("exit", { room, from: ada.id });
      await context.flush(eve);
      assertEqual("events in the room", await context.receivedBy(witness, mark, ada, room), []);
    },
  },
  {
    id: "leaving.announced",
    requirement: "treats the end of a connection after `leaving` as an `exit`: no grace time, reason `left`",
    section: "leaving",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      assertEqual("the acknowledgment of `leaving`", (await ada.call("leaving", { room })).ok, true);
      ada.drop();
      assertEqual("`exit`", await witness.next("exit"), { from: ada.id, room, reason: "left" });
    },
  },
  {
    id: "leaving.canceled",
    requirement: "does not relay `leaving`, and cancels it when the client joins again",
    section: "leaving",
    async check(context) {
      const room = context.newRoom();
      const [witness, other, ada] = await context.members(room, {}, {}, {});
      const mark = witness.mark();
      assertEqual("the acknowledgment of `leaving`", (await ada.call("leaving", { room })).ok, true);
      assertEqual("events at the others", await context.receivedBy(witness, mark, other, room), []);
      await ada.join(room, context.joinPayload(room, { key: ada.key }));
      ada.drop();
      assertEqual("`presence`", await witness.next("presence"), { id: ada.id, room, state: "away" });
    },
  },
];
