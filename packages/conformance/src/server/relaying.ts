import { assertThat, assertEqual, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

const sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
const candidate = { sdpMid: "0", sdpMLineIndex: 0, sdp: "candidate:1 1 udp 2122260223 192.168.0.170 54653 typ host" };
/** A payload of each event that goes to one peer. */
const relayed = { offer: { sdp }, answer: { sdp }, candidate: { candidate } } as const;
const names = Object.keys(relayed) as (keyof typeof relayed)[];

export const relaying: readonly Rule<ServerContext>[] = [
  {
    id: "relaying.delivers",
    requirement: "delivers offers, answers and candidates, with `from`, to the peer in `to` and to no other",
    section: "relaying",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob, witness] = await context.members(room, {}, {}, {});
      const mark = witness.mark();
      for (const event of names) {
        assertEqual(
          `the acknowledgment of \`${event}\``,
          await ada.call(event, { room, to: bob.id, offerId: "o-1", ...relayed[event] }),
          { ok: true },
        );
        assertEqual(`\`${event}\``, await bob.next(event), {
          from: ada.id,
          to: bob.id,
          room,
          offerId: "o-1",
          ...relayed[event],
        });
      }
      assertEqual("events at a third peer", await context.receivedBy(witness, mark, ada, room), []);
    },
  },
  {
    id: "relaying.order",
    requirement: "keeps the order of all events of one sender",
    section: "transport",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const mark = bob.mark();
      const sent = Array.from({ length: 60 }, (_, index) => names[index % 3] ?? "offer");
      sent.forEach((event, index) => ada.send(event, { room, to: bob.id, offerId: String(index), ...relayed[event] }));
      const received = await context.receivedBy(bob, mark, ada, room);
      assertEqual(
        "the order",
        received.map(({ payload }) => (payload as { offerId?: string }).offerId),
        sent.map((_, index) => String(index)),
      );
    },
  },
  {
    id: "relaying.outsider",
    requirement: "rejects events from a socket that is not in `room` with NOT_IN_ROOM, and delivers none",
    section: "relaying",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const eve = await context.member(context.newRoom());
      const mark = bob.mark();
      for (const event of names)
        assertEqual(
          `the code of \`${event}\``,
          (await eve.call(event, { room, to: bob.id, ...relayed[event] })).code,
          "NOT_IN_ROOM",
        );
      assertEqual("delivered events", await context.receivedBy(bob, mark, ada, room), []);
    },
  },
  {
    id: "relaying.foreign-target",
    requirement:
      "rejects a target that is not in `room` with PEER_NOT_FOUND, be it in another room, in none, or the sender",
    section: "relaying",
    async check(context) {
      const [room, elsewhere] = [context.newRoom(), context.newRoom()];
      const [ada] = await context.members(room, {});
      const [bob, other] = await context.members(elsewhere, {}, {});
      const mark = bob.mark();
      const answers = [];
      for (const to of [bob.id, "nobody-has-this-id-00", ada.id])
        answers.push(await ada.call("offer", { room, to, sdp }));
      assertEqual(
        "the codes",
        answers.map(({ code }) => code),
        ["PEER_NOT_FOUND", "PEER_NOT_FOUND", "PEER_NOT_FOUND"],
      );
      assertEqual("for a peer in another room the same rejection as for an absent one,", answers[0], answers[1]);
      assertEqual("delivered events in the other room", await context.receivedBy(bob, mark, other, elsewhere), []);
    },
  },
  {
    id: "relaying.no-broadcast",
    requirement: "delivers nothing if `to` is the name of a room",
    section: "relaying",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const mark = bob.mark();
      for (const to of [room, `sig:r:${room}`])
        assertEqual(`the code for \`to: ${to}\``, (await ada.call("offer", { room, to, sdp })).code, "PEER_NOT_FOUND");
      assertEqual("delivered events", await context.receivedBy(bob, mark, ada, room), []);
    },
  },
  {
    id: "relaying.only-ids",
    requirement: "finds a peer with a key by its peer id only, and not by its socket id",
    section: "relaying",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const mark = bob.mark();
      for (const event of names)
        assertEqual(
          `the code of \`${event}\``,
          (await ada.call(event, { room, to: bob.socketId, ...relayed[event] })).code,
          "PEER_NOT_FOUND",
        );
      assertEqual("delivered events", await context.receivedBy(bob, mark, ada, room), []);
    },
  },
  {
    id: "relaying.no-eavesdropping",
    requirement: "keeps the events for a peer from a client that joins a room with the name of the peer or its socket",
    section: "relaying",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const legacy = await context.legacyMember(room);
      const eve = await context.connect();
      for (const name of [bob.id, bob.socketId ?? "", legacy.id]) await eve.join(name, context.joinPayload(name));
      const mark = eve.mark();
      for (const { id } of [bob, legacy])
        assertEqual("`ok` of an offer", (await ada.call("offer", { room, to: id, sdp })).ok, true);
      await Promise.all([bob.next("offer"), legacy.next("offer")]);
      await context.flush(eve);
      assertEqual("offers at the eavesdropper", eve.since(mark, "offer"), []);
    },
  },
  {
    id: "relaying.to-is-text",
    requirement: "rejects a `to` that is not a non-empty string with BAD_PAYLOAD, and delivers nothing",
    section: "relaying",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const mark = bob.mark();
      for (const to of [[], [bob.id], [[]], {}, { 0: bob.id }, null, 0, true, ""]) {
        const { code } = await ada.call("offer", { room, to, sdp });
        assertEqual(`the code for \`to: ${JSON.stringify(to)}\``, code, "BAD_PAYLOAD");
      }
      assertEqual("delivered events", await context.receivedBy(bob, mark, ada, room), []);
    },
  },
  {
    id: "relaying.known-fields",
    requirement: "drops fields that the protocol does not define",
    section: "transport",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const more = { mid: 7, toJSON: 1, constructor: { prototype: { polluted: 1 } }, ["__proto__x"]: 1 };
      ada.send("offer", { room, to: bob.id, sdp, ...more });
      await bob.next("offer");
      ada.send("candidate", { room, to: bob.id, candidate: { ...candidate, ...more }, ...more });
      await bob.next("candidate");
      const [offer, line] = bob.since(0, "offer", "candidate");
      assertEqual("an offer", offer?.payload, { from: ada.id, to: bob.id, room, sdp });
      assertEqual("a candidate", line?.payload, { from: ada.id, to: bob.id, room, candidate });
    },
  },
  {
    id: "relaying.server-events",
    requirement: "ignores server events that a client sends",
    section: "transport",
    async check(context) {
      const room = context.newRoom();
      const [bob, ada, eve] = await context.members(room, {}, {}, {});
      const mark = bob.mark();
      eve.send("joined", { id: "ghost", room });
      eve.send("created", { id: bob.id, room, peers: [] });
      eve.send("presence", { id: ada.id, room, state: "away" });
      eve.send("rejected", { event: "offer", code: "KICKED", message: "", retryable: false, room, to: bob.id });
      await context.flush(eve);
      const received = await context.receivedBy(bob, mark, ada, room);
      assertThat(received.length === 0, "no event at the others", received);
    },
  },
];
