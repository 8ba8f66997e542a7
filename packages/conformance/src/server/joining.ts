import { holds, same, type Rule } from "../rule.js";
import type { Lab } from "./lab.js";

export const joining: readonly Rule<Lab>[] = [
  {
    id: "joining.created",
    sentence: "answers a join with `created`: the id of the newcomer, the room, and everyone who is there",
    section: "joining",
    async check(lab) {
      const room = lab.room();
      const ada = await lab.connect();
      const alone = await ada.join(room, lab.joining(room));
      same("`room`", alone.room, room);
      same("`peers`", alone.peers, []);
      const grace = await lab.connect();
      const { id, peers } = await grace.join(room, lab.joining(room));
      same(
        "the ids in `peers`",
        peers.map((peer) => peer.id),
        [ada.id],
      );
      holds(id !== ada.id, "another id for each peer", `${id} twice`);
    },
  },
  {
    id: "joining.ack",
    sentence: "says the same in the ack of a join, where one is asked for",
    section: "joining",
    async check(lab) {
      const room = lab.room();
      const ada = await lab.connect();
      const { ok, ...fields } = await ada.call("createAndJoinRoom", lab.joining(room));
      same("`ok`", ok, true);
      await ada.next("created");
      same("an ack with the fields of `created`,", fields, ada.since(0, "created")[0]?.payload);
    },
  },
  {
    id: "joining.joined",
    sentence: "tells everyone who is there of a newcomer by `joined`, and not the newcomer itself",
    section: "joining",
    async check(lab) {
      const room = lab.room();
      const [ada] = await lab.company(room, {});
      const tom = await lab.seed(room);
      same("`id`", (await ada.next("joined")).id, tom.id);
      const newcomer = await lab.member(room);
      same("`id`", (await ada.next("joined")).id, newcomer.id);
      same("`id`", (await tom.next("joined")).id, newcomer.id);
      const heard = await lab.heardBy(newcomer, 0, ada, room);
      same(
        "the events that the newcomer heard",
        heard.map(({ event }) => event),
        ["created"],
      );
    },
  },
  {
    id: "joining.first",
    sentence: "sends `created` before anything else of that room",
    section: "joining",
    async check(lab) {
      const room = lab.room();
      const there = await lab.member(room);
      for (let round = 0; round < 5; round += 1) {
        const newcomer = await lab.connect();
        const created = newcomer.join(room, lab.joining(room));
        const { id } = await there.next("joined");
        there.send("offer", { room, to: id, sdp: "v=0\r\n" });
        await created;
        await newcomer.next("offer");
        same("the first message", newcomer.log[0]?.event, "created");
      }
    },
  },
  {
    id: "joining.again",
    sentence:
      "takes a repeated join with the same key for the membership that is: `created` with `resumed`, and nobody else hears of it",
    section: "joining",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      const [{ id }, mark] = [ada, witness.mark()];
      const again = await ada.join(room, lab.joining(room, { key: ada.key }));
      same("`id` and `resumed`", [again.id, again.resumed], [id, true]);
      same("what the others heard of it", await lab.heardBy(witness, mark, ada, room), []);
    },
  },
  {
    id: "joining.other-key",
    sentence:
      "takes a join over the same socket with another key for another membership: the old one ends with `exit` and reason `left`",
    section: "joining",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      const before = ada.id;
      const { id, peers } = await ada.join(room, lab.joining(room));
      holds(id !== before, "another id for another key", `${id} for both`);
      same(
        "the ids in `peers`",
        peers.map((peer) => peer.id),
        [witness.id],
      );
      same("the end of the old membership", await witness.next("exit"), { from: before, room, reason: "left" });
      same("`id` of `joined`", (await witness.next("joined", (joined) => joined.id !== before)).id, id);
    },
  },
  {
    id: "joining.several-rooms",
    sentence: "keeps the rooms of one socket apart, with an id in each of them",
    section: "joining",
    async check(lab) {
      const [first, second] = [lab.room(), lab.room()];
      const [witness, ada] = await lab.company(first, {}, {});
      const inFirst = ada.id;
      const inSecond = (await ada.join(second, lab.joining(second))).id;
      holds(inFirst !== inSecond, "another id in the second room", `${inFirst} in both`);
      ada.send("exit", { room: second });
      ada.send("offer", { room: first, to: witness.id, sdp: "v=0\r\n" });
      same("`from` in the first room", (await witness.next("offer")).from, inFirst);
      same("what the first room heard of the second", witness.since(0, "exit"), []);
    },
  },
];
