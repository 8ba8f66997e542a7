import { holds, same, type Rule } from "../rule.js";
import type { Lab } from "./lab.js";

const sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
const candidate = { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1 1 udp 2122260223 192.168.0.170 54653 typ host" };
/** One of each that goes to one peer. */
const relayed = { offer: { sdp }, answer: { sdp }, candidate: { candidate } } as const;
const names = Object.keys(relayed) as (keyof typeof relayed)[];

export const relaying: readonly Rule<Lab>[] = [
  {
    id: "relaying.delivers",
    sentence: "delivers offers, answers and candidates to the peer that `to` names, with `from`, and to nobody else",
    section: "relaying",
    async check(lab) {
      const room = lab.room();
      const [ada, grace, witness] = await lab.company(room, {}, {}, {});
      const mark = witness.mark();
      for (const event of names) {
        same(
          `the ack of \`${event}\``,
          await ada.call(event, { room, to: grace.id, offerId: "o-1", ...relayed[event] }),
          { ok: true },
        );
        same(`\`${event}\``, await grace.next(event), {
          from: ada.id,
          to: grace.id,
          room,
          offerId: "o-1",
          ...relayed[event],
        });
      }
      same("what a third peer heard", await lab.heardBy(witness, mark, ada, room), []);
    },
  },
  {
    id: "relaying.order",
    sentence: "keeps the order in which one peer sends, over all its events",
    section: "transport",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const mark = grace.mark();
      const sent = Array.from({ length: 60 }, (_, index) => names[index % 3] ?? "offer");
      sent.forEach((event, index) =>
        ada.send(event, { room, to: grace.id, offerId: String(index), ...relayed[event] }),
      );
      const heard = await lab.heardBy(grace, mark, ada, room);
      same(
        "the order",
        heard.map(({ payload }) => (payload as { offerId?: string }).offerId),
        sent.map((_, index) => String(index)),
      );
    },
  },
  {
    id: "relaying.outsider",
    sentence: "refuses what comes from a socket that is not in `room`, with NOT_IN_ROOM, and delivers nothing of it",
    section: "relaying",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const eve = await lab.member(lab.room());
      const mark = grace.mark();
      for (const event of names)
        same(
          `the refusal of \`${event}\``,
          (await eve.call(event, { room, to: grace.id, ...relayed[event] })).code,
          "NOT_IN_ROOM",
        );
      same("what arrived", await lab.heardBy(grace, mark, ada, room), []);
    },
  },
  {
    id: "relaying.foreign-target",
    sentence:
      "refuses a target that is not in `room` with PEER_NOT_FOUND, whether it is elsewhere, nowhere, or the sender",
    section: "relaying",
    async check(lab) {
      const [room, elsewhere] = [lab.room(), lab.room()];
      const [ada] = await lab.company(room, {});
      const [grace, other] = await lab.company(elsewhere, {}, {});
      const mark = grace.mark();
      const answers = [];
      for (const to of [grace.id, "nobody-has-this-id-00", ada.id])
        answers.push(await ada.call("offer", { room, to, sdp }));
      same(
        "the codes",
        answers.map(({ code }) => code),
        ["PEER_NOT_FOUND", "PEER_NOT_FOUND", "PEER_NOT_FOUND"],
      );
      same("a peer elsewhere refused in the words of one that is nowhere,", answers[0], answers[1]);
      same("what arrived elsewhere", await lab.heardBy(grace, mark, other, elsewhere), []);
    },
  },
  {
    id: "relaying.no-broadcast",
    sentence: "reaches nobody where `to` names a room",
    section: "relaying",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const mark = grace.mark();
      for (const to of [room, `sig:r:${room}`])
        same(`the code for \`to: ${to}\``, (await ada.call("offer", { room, to, sdp })).code, "PEER_NOT_FOUND");
      same("what arrived", await lab.heardBy(grace, mark, ada, room), []);
    },
  },
  {
    id: "relaying.only-ids",
    sentence: "finds a peer with a key by its id alone, and not by that of its socket",
    section: "relaying",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const mark = grace.mark();
      for (const event of names)
        same(
          `the code of \`${event}\``,
          (await ada.call(event, { room, to: grace.socket.id, ...relayed[event] })).code,
          "PEER_NOT_FOUND",
        );
      same("what arrived", await lab.heardBy(grace, mark, ada, room), []);
    },
  },
  {
    id: "relaying.no-eavesdropping",
    sentence: "lets nobody hear what is for a peer by joining a room that is named as the peer, or as its socket",
    section: "relaying",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const tom = await lab.seed(room);
      const eve = await lab.connect();
      for (const name of [grace.id, grace.socket.id ?? "", tom.id]) await eve.join(name, lab.joining(name));
      const mark = eve.mark();
      for (const { id } of [grace, tom])
        same("the ack of an offer", (await ada.call("offer", { room, to: id, sdp })).ok, true);
      await Promise.all([grace.next("offer"), tom.next("offer")]);
      await lab.settle(eve);
      same("what the other heard", eve.since(mark, "offer"), []);
    },
  },
  {
    id: "relaying.to-is-text",
    sentence: "refuses a `to` that is no text with BAD_PAYLOAD, and sends it to nobody",
    section: "relaying",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const mark = grace.mark();
      for (const to of [[], [grace.id], [[]], {}, { 0: grace.id }, null, 0, true, ""]) {
        const { code } = await ada.call("offer", { room, to, sdp });
        same(`the code for \`to: ${JSON.stringify(to)}\``, code, "BAD_PAYLOAD");
      }
      same("what arrived", await lab.heardBy(grace, mark, ada, room), []);
    },
  },
  {
    id: "relaying.known-fields",
    sentence: "drops fields that the protocol does not name",
    section: "transport",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const more = { mid: 7, toJSON: 1, constructor: { prototype: { polluted: 1 } }, ["__proto__x"]: 1 };
      ada.send("offer", { room, to: grace.id, sdp, ...more });
      await grace.next("offer");
      ada.send("candidate", { room, to: grace.id, candidate: { ...candidate, ...more }, ...more });
      await grace.next("candidate");
      const [offer, line] = grace.since(0, "offer", "candidate");
      same("an offer", offer?.payload, { from: ada.id, to: grace.id, room, sdp });
      same("a candidate", line?.payload, { from: ada.id, to: grace.id, room, candidate });
    },
  },
  {
    id: "relaying.server-events",
    sentence: "takes from a client none of the events that only a server sends",
    section: "transport",
    async check(lab) {
      const room = lab.room();
      const [grace, ada, eve] = await lab.company(room, {}, {}, {});
      const mark = grace.mark();
      eve.send("joined", { id: "ghost", room });
      eve.send("created", { id: grace.id, room, peers: [] });
      eve.send("presence", { id: ada.id, room, state: "away" });
      eve.send("rejected", { event: "offer", code: "KICKED", message: "", retryable: false, room, to: grace.id });
      await lab.settle(eve);
      const heard = await lab.heardBy(grace, mark, ada, room);
      holds(heard.length === 0, "nothing at the others", heard);
    },
  },
];
