import { newKey } from "../kit-client.js";
import { assertThat, assertEqual, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

export const joining: readonly Rule<ServerContext>[] = [
  {
    id: "joining.created",
    requirement: "answers a join with `created`: the id of the newcomer, the room, and everyone in it",
    section: "joining",
    async check(context) {
      const room = context.newRoom();
      const ada = await context.connect();
      const alone = await ada.join(room, context.joinPayload(room));
      assertEqual("`room`", alone.room, room);
      assertEqual("`peers`", alone.peers, []);
      const bob = await context.connect();
      const { id, peers } = await bob.join(room, context.joinPayload(room));
      assertEqual(
        "the ids in `peers`",
        peers.map((peer) => peer.id),
        [ada.id],
      );
      assertThat(id !== ada.id, "another id for each peer", `${id} twice`);
    },
  },
  {
    id: "joining.ack",
    requirement: "acknowledges a join with the fields of `created`, if an acknowledgment was requested",
    section: "joining",
    async check(context) {
      const room = context.newRoom();
      const ada = await context.connect();
      const { ok, ...fields } = await ada.call("createAndJoinRoom", context.joinPayload(room));
      assertEqual("`ok`", ok, true);
      await ada.next("created");
      assertEqual("an acknowledgment with the fields of `created`,", fields, ada.since(0, "created")[0]?.payload);
    },
  },
  {
    id: "joining.joined",
    requirement: "sends `joined` to everyone in the room, and not to the newcomer",
    section: "joining",
    async check(context) {
      const room = context.newRoom();
      const [ada] = await context.members(room, {});
      const legacy = await context.legacyMember(room);
      assertEqual("`id`", (await ada.next("joined")).id, legacy.id);
      const newcomer = await context.member(room);
      assertEqual("`id`", (await ada.next("joined")).id, newcomer.id);
      assertEqual("`id`", (await legacy.next("joined")).id, newcomer.id);
      const received = await context.receivedBy(newcomer, 0, ada, room);
      assertEqual(
        "the events at the newcomer",
        received.map(({ event }) => event),
        ["created"],
      );
    },
  },
  {
    id: "joining.first",
    requirement: "sends `created` before anything else of that room",
    section: "joining",
    async check(context) {
      const room = context.newRoom();
      const member = await context.member(room);
      for (let round = 0; round < 5; round += 1) {
        const newcomer = await context.connect();
        const created = newcomer.join(room, context.joinPayload(room));
        const { id } = await member.next("joined");
        member.send("offer", { room, to: id, sdp: "v=0\r\n" });
        await created;
        await newcomer.next("offer");
        assertEqual("the first message", newcomer.log[0]?.event, "created");
      }
    },
  },
  {
    id: "joining.again",
    requirement:
      "continues the membership on a repeated join with the same key: `created` with `resumed`, and no event " +
      "for the others",
    section: "joining",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      const [{ id }, mark] = [ada, witness.mark()];
      const again = await ada.join(room, context.joinPayload(room, { key: ada.key }));
      assertEqual("`id` and `resumed`", [again.id, again.resumed], [id, true]);
      assertEqual("events at the others", await context.receivedBy(witness, mark, ada, room), []);
    },
  },
  {
    id: "joining.other-key",
    requirement:
      "starts a new membership on a join over the same socket with another key: the old one ends with " +
      "`exit`, reason `left`",
    section: "joining",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      const before = ada.id;
      const { id, peers } = await ada.join(room, context.joinPayload(room));
      assertThat(id !== before, "another id for another key", `${id} for both`);
      assertEqual(
        "the ids in `peers`",
        peers.map((peer) => peer.id),
        [witness.id],
      );
      assertEqual("the end of the old membership", await witness.next("exit"), { from: before, room, reason: "left" });
      assertEqual("`id` of `joined`", (await witness.next("joined", (joined) => joined.id !== before)).id, id);
    },
  },
  {
    id: "joining.several-rooms",
    requirement: "separates the rooms of one socket, with an id for each",
    section: "joining",
    async check(context) {
      const [first, second] = [context.newRoom(), context.newRoom()];
      const [witness, ada] = await context.members(first, {}, {});
      const inFirst = ada.id;
      const inSecond = (await ada.join(second, context.joinPayload(second))).id;
      assertThat(inFirst !== inSecond, "another id in the second room", `${inFirst} in both`);
      ada.send("exit", { room: second });
      ada.send("offer", { room: first, to: witness.id, sdp: "v=0\r\n" });
      assertEqual("`from` in the first room", (await witness.next("offer")).from, inFirst);
      assertEqual("events of the second room in the first", witness.since(0, "exit"), []);
    },
  },
  {
    id: "joining.on-connect",
    requirement:
      "answers a join that comes with the request to connect, and then as an event, with one `created` and the " +
      "same acknowledgment",
    section: "joining-on-connect",
    async check(context) {
      const room = context.newRoom();
      const witness = await context.member(room);
      const join = context.joinPayload(room, { key: newKey() });
      const ada = await context.connect({ createAndJoinRoom: [join] });
      const { ok, id, peers } = await ada.call("createAndJoinRoom", join);
      assertEqual("`ok`", ok, true);
      const created = await ada.next("created");
      assertEqual("`id` of the acknowledgment", id, created.id);
      assertEqual("`peers` of the acknowledgment", peers, created.peers);
      Object.assign(ada, { id });
      await context.receivedBy(witness, 0, ada, room);
      assertEqual("how often `created` is sent", ada.since(0, "created").length, 1);
      assertEqual("how often `joined` is sent", witness.since(0, "joined").length, 1);
    },
  },
];
