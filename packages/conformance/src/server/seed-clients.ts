import { same, type Rule } from "../rule.js";
import type { Lab } from "./lab.js";

const sdp = "v=0\r\ns=-\r\n";

export const seedClients: readonly Rule<Lab>[] = [
  {
    id: "seed.call",
    sentence:
      "carries the older protocol's call between two peers without a key: `created`, `joined`, `offer`, `answer`, `candidate`, `exit`, with its fields and no others",
    section: "clients-without-a-key",
    async check(lab) {
      const room = lab.room();
      const [tom, ida] = [await lab.seed(room), await lab.seed(room)];
      ida.send("offer", { from: ida.id, to: tom.id, room, sdp });
      await tom.next("offer");
      tom.send("answer", { from: tom.id, to: ida.id, room, sdp });
      await ida.next("answer");
      const candidate = { sdpMid: "0", sdpMLineIndex: "0", sdp: "candidate:1" };
      ida.send("candidate", { from: ida.id, to: tom.id, room, candidate });
      await tom.next("candidate");
      ida.send("exit", { from: ida.id, room });
      await tom.next("exit");
      same(
        "what the first one heard",
        tom.log.map(({ event, payload }) => [event, payload]),
        [
          ["created", { id: tom.id, room, peers: [] }],
          ["joined", { id: ida.id, room }],
          ["offer", { from: ida.id, to: tom.id, room, sdp }],
          ["candidate", { from: ida.id, to: tom.id, room, candidate }],
          ["exit", { from: ida.id, room }],
        ],
      );
      same(
        "what the second one heard",
        ida.log.map(({ event, payload }) => [event, payload]),
        [
          ["created", { id: ida.id, room, peers: [{ id: tom.id }] }],
          ["answer", { from: tom.id, to: ida.id, room, sdp }],
        ],
      );
    },
  },
  {
    id: "seed.fields",
    sentence:
      "tells a peer without a key nothing that the older protocol does not know, whatever peers with a key say and do",
    section: "clients-without-a-key",
    async check(lab) {
      const room = lab.room();
      const [ada] = await lab.company(room, { metadata: { name: "Ada" }, capabilities: { trickle: true } });
      const tom = await lab.seed(room);
      const grace = await lab.member(room, { metadata: { name: "Grace" } });
      await tom.next("joined");
      const extras = { offerId: "o-1", link: { epoch: "1.a", seq: 1, ack: 0 } };
      ada.send("message", { room, type: "chat", data: 1 });
      ada.send("metadata", { room, metadata: { name: "Ada Lovelace" } });
      ada.send("offer", { room, to: tom.id, sdp, ...extras, tracks: { 0: { stream: "s" } } });
      ada.send("candidate", {
        room,
        to: tom.id,
        candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1", usernameFragment: "u" },
        ...extras,
      });
      await tom.next("candidate");
      grace.send("exit", { room });
      await tom.next("exit");
      same(
        "what it heard",
        tom.log.map(({ event, payload }) => [event, payload]),
        [
          ["created", { id: tom.id, room, peers: [{ id: ada.id }] }],
          ["joined", { id: grace.id, room }],
          ["offer", { from: ada.id, to: tom.id, room, sdp }],
          [
            "candidate",
            { from: ada.id, to: tom.id, room, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1" } },
          ],
          ["exit", { from: grace.id, room }],
        ],
      );
    },
  },
  {
    id: "seed.drop",
    sentence: "tells `exit` at once when the socket of a peer without a key drops",
    section: "clients-without-a-key",
    async check(lab) {
      const room = lab.room();
      const [witness] = await lab.company(room, {});
      const tom = await lab.seed(room);
      await witness.next("joined");
      tom.drop();
      same("who left", (await witness.next("exit")).from, tom.id);
    },
  },
  {
    id: "seed.away",
    sentence: "hides peers that are away from a newcomer without a key, and tells it `joined` when they are back",
    section: "clients-without-a-key",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, {});
      ada.drop();
      await witness.next("presence");
      const tom = await lab.connect();
      const { peers } = await tom.join(room, lab.joining(room, { key: null }));
      same("its `peers`", peers, [{ id: witness.id }]);
      await lab.member(room, { key: ada.key });
      same("`joined`", (await tom.next("joined")).id, ada.id);
    },
  },
];
