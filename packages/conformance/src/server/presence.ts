import { same, NotJudged, type Rule } from "../rule.js";
import type { Lab } from "./lab.js";

export const presence: readonly Rule<Lab>[] = [
  {
    id: "presence.away",
    sentence: "tells `presence` with `away` when the socket of a keyed member drops, and no `exit`",
    section: "presence",
    async check(lab) {
      const room = lab.room();
      const [witness, other, ada] = await lab.company(room, {}, {}, {});
      const mark = witness.mark();
      ada.drop();
      same("`presence`", await witness.next("presence"), { id: ada.id, room, state: "away" });
      same(
        "other messages",
        (await lab.heardBy(witness, mark, other, room)).map(({ event }) => event),
        ["presence"],
      );
    },
  },
  {
    id: "presence.back",
    sentence:
      "takes it up again when it joins with its key: `created` with `resumed`, and for the others `presence` with `online`, neither `exit` nor `joined`",
    section: "presence",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      const mark = witness.mark();
      ada.drop();
      await witness.next("presence", ({ state }) => state === "away");
      const back = await lab.connect();
      const created = await back.join(room, lab.joining(room, { key: ada.key }));
      same(
        "`id`, `resumed` and the ids of `peers`",
        [created.id, created.resumed, created.peers.map(({ id }) => id)],
        [ada.id, true, [witness.id]],
      );
      same("`presence`", await witness.next("presence"), { id: ada.id, room, state: "online" });
      same(
        "all that the others heard",
        (await lab.heardBy(witness, mark, back, room)).map(({ event }) => event),
        ["presence", "presence"],
      );
    },
  },
  {
    id: "presence.metadata",
    sentence:
      "tells the others of the new metadata of a member that comes back with some, and keeps what it had where it says none",
    section: "presence",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, { metadata: { name: "Ada" } });
      const again = { key: ada.key, metadata: { name: "Ada", muted: true } };
      ada.drop();
      await witness.next("presence", ({ state }) => state === "away");
      const back = await lab.member(room, again);
      same("`metadata`", await witness.next("metadata"), { id: ada.id, room, metadata: again.metadata });
      back.drop();
      await witness.next("presence", ({ state }) => state === "away");
      await lab.member(room, { key: ada.key });
      const { peers } = await (await lab.connect()).join(room, lab.joining(room));
      same("what a newcomer sees of it", peers.find(({ id }) => id === ada.id)?.metadata, again.metadata);
    },
  },
  {
    id: "presence.list",
    sentence: 'lists a member that is away with `state: "away"` to newcomers with a key',
    section: "joining",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      ada.drop();
      await witness.next("presence");
      const newcomer = await lab.connect();
      const { peers } = await newcomer.join(room, lab.joining(room));
      same("its `state`", peers.find(({ id }) => id === ada.id)?.state, "away");
    },
  },
  {
    id: "presence.target",
    sentence: "refuses what is for a peer that is away with PEER_AWAY, to be tried again",
    section: "relaying",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      ada.drop();
      await witness.next("presence");
      const { ok, code, retryable } = await witness.call("offer", { room, to: ada.id, sdp: "v=0\r\n" });
      same("the refusal", { ok, code, retryable }, { ok: false, code: "PEER_AWAY", retryable: true });
    },
  },
  {
    id: "presence.lost",
    sentence: "ends a membership with `exit` and reason `lost` when the grace time has passed",
    section: "presence",
    async check(lab) {
      const { graceSeconds } = lab.server;
      if (graceSeconds === undefined)
        throw new NotJudged("it takes the server's grace time; say how long that is with --grace SECONDS");
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      ada.drop();
      await witness.next("presence");
      await new Promise((resolve) => setTimeout(resolve, graceSeconds * 1000));
      same("`exit`", await witness.next("exit"), { from: ada.id, room, reason: "lost" });
    },
  },
  {
    id: "leaving.exit",
    sentence: "tells `exit` with reason `left` at once, and takes nothing more for the room",
    section: "leaving",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      same("the ack", await ada.call("exit", { room }), { ok: true });
      same("`exit`", await witness.next("exit"), { from: ada.id, room, reason: "left" });
      same(
        "the code of an offer afterwards",
        (await ada.call("offer", { room, to: witness.id, sdp: "v=0\r\n" })).code,
        "NOT_IN_ROOM",
      );
    },
  },
  {
    id: "leaving.only-oneself",
    sentence: "ends nobody's membership but the sender's, whatever `from` an `exit` claims",
    section: "leaving",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      const eve = await lab.member(lab.room());
      const mark = witness.mark();
      eve.send("exit", { room, from: ada.id });
      await lab.settle(eve);
      same("what the room heard of it", await lab.heardBy(witness, mark, ada, room), []);
    },
  },
  {
    id: "leaving.announced",
    sentence: "takes a connection that ends after `leaving` for an `exit`: no grace time, reason `left`",
    section: "leaving",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      same("the ack of `leaving`", (await ada.call("leaving", { room })).ok, true);
      ada.drop();
      same("`exit`", await witness.next("exit"), { from: ada.id, room, reason: "left" });
    },
  },
  {
    id: "leaving.taken-back",
    sentence: "tells nobody of a `leaving`, and takes it back when the client joins again",
    section: "leaving",
    async check(lab) {
      const room = lab.room();
      const [witness, other, ada] = await lab.company(room, {}, {}, {});
      const mark = witness.mark();
      same("the ack of `leaving`", (await ada.call("leaving", { room })).ok, true);
      same("what the others heard of it", await lab.heardBy(witness, mark, other, room), []);
      await ada.join(room, lab.joining(room, { key: ada.key }));
      ada.drop();
      same("`presence`", await witness.next("presence"), { id: ada.id, room, state: "away" });
    },
  },
];
