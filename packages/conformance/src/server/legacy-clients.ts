import { assertEqual, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

const sdp = "v=0\r\ns=-\r\n";

export const legacyClients: readonly Rule<ServerContext>[] = [
  {
    id: "legacy.call",
    requirement:
      "carries a call of the base protocol between two legacy peers: `created`, `joined`, `offer`, `answer`, " +
      "`candidate`, `exit`, with exactly its fields",
    section: "legacy-clients",
    async check(context) {
      const room = context.newRoom();
      const [first, second] = [await context.legacyMember(room), await context.legacyMember(room)];
      second.send("offer", { from: second.id, to: first.id, room, sdp });
      await first.next("offer");
      first.send("answer", { from: first.id, to: second.id, room, sdp });
      await second.next("answer");
      const candidate = { sdpMid: "0", sdpMLineIndex: "0", sdp: "candidate:1" };
      second.send("candidate", { from: second.id, to: first.id, room, candidate });
      await first.next("candidate");
      second.send("exit", { from: second.id, room });
      await first.next("exit");
      assertEqual(
        "the events at the first",
        first.log.map(({ event, payload }) => [event, payload]),
        [
          ["created", { id: first.id, room, peers: [] }],
          ["joined", { id: second.id, room }],
          ["offer", { from: second.id, to: first.id, room, sdp }],
          ["candidate", { from: second.id, to: first.id, room, candidate }],
          ["exit", { from: second.id, room }],
        ],
      );
      assertEqual(
        "the events at the second",
        second.log.map(({ event, payload }) => [event, payload]),
        [
          ["created", { id: second.id, room, peers: [{ id: first.id }] }],
          ["answer", { from: first.id, to: second.id, room, sdp }],
        ],
      );
    },
  },
  {
    id: "legacy.fields",
    requirement: "sends a legacy peer only the events and fields of the base protocol, whatever peers with a key send",
    section: "legacy-clients",
    async check(context) {
      const room = context.newRoom();
      const features = ["mute", "waiting"];
      const about = { metadata: { name: "Ada" }, capabilities: { trickle: true }, features };
      const [ada] = await context.members(room, about);
      const legacy = await context.member(room, { key: null, features });
      const bob = await context.member(room, { metadata: { name: "Bob" }, features });
      await legacy.next("joined");
      const extras = { offerId: "o-1", link: { epoch: "1.a", seq: 1, ack: 0 } };
      ada.send("message", { room, type: "chat", data: 1 });
      ada.send("metadata", { room, metadata: { name: "Ada Lovelace" } });
      ada.send("offer", { room, to: legacy.id, sdp, ...extras, tracks: { 0: { stream: "s" } } });
      ada.send("candidate", {
        room,
        to: legacy.id,
        candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1", usernameFragment: "u" },
        ...extras,
      });
      await legacy.next("candidate");
      bob.send("exit", { room });
      await legacy.next("exit");
      assertEqual(
        "the events at it",
        legacy.log.map(({ event, payload }) => [event, payload]),
        [
          ["created", { id: legacy.id, room, peers: [{ id: ada.id }] }],
          ["joined", { id: bob.id, room }],
          ["offer", { from: ada.id, to: legacy.id, room, sdp }],
          [
            "candidate",
            { from: ada.id, to: legacy.id, room, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1" } },
          ],
          ["exit", { from: bob.id, room }],
        ],
      );
    },
  },
  {
    id: "legacy.drop",
    requirement: "sends `exit` at once when the socket of a legacy peer drops",
    section: "legacy-clients",
    async check(context) {
      const room = context.newRoom();
      const [witness] = await context.members(room, {});
      const legacy = await context.legacyMember(room);
      await witness.next("joined");
      legacy.drop();
      assertEqual("the peer that left", (await witness.next("exit")).from, legacy.id);
    },
  },
  {
    id: "legacy.away",
    requirement:
      "omits peers that are away from the `peers` of a legacy newcomer, and sends it `joined` when they return",
    section: "legacy-clients",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, {});
      ada.drop();
      await witness.next("presence");
      const legacy = await context.connect();
      const { peers } = await legacy.join(room, context.joinPayload(room, { key: null }));
      assertEqual("its `peers`", peers, [{ id: witness.id }]);
      await context.member(room, { key: ada.key });
      assertEqual("`joined`", (await legacy.next("joined")).id, ada.id);
    },
  },
];
