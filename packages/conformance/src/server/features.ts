import { newKey } from "../kit-client.js";
import { assertEqual, assertThat, RuleSkipped, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

export const features: readonly Rule<ServerContext>[] = [
  {
    id: "features.shown",
    requirement: "includes the features of a peer in `joined` and in `peers`, if the server names features itself",
    section: "features",
    async check(context) {
      const room = context.newRoom();
      const witness = await context.connect();
      const created = await witness.join(room, context.joinPayload(room));
      if (created.features === undefined) throw new RuleSkipped("the server names no features");
      // A name that nobody knows is passed on: it may be one of a later version.
      const named = ["mute", "conformance-kit"];
      const ada = await context.member(room, { features: named });
      assertEqual("`features` in `joined`", (await witness.next("joined")).features, named);
      const { peers } = await (await context.connect()).join(room, context.joinPayload(room));
      assertEqual("`features` in `peers`", peers.find(({ id }) => id === ada.id)?.features, named);
    },
  },
  {
    id: "features.bounded",
    requirement: "rejects a join with more than 16 features with BAD_PAYLOAD, if the server names features itself",
    section: "features",
    async check(context) {
      const room = context.newRoom();
      const client = await context.connect();
      const created = await client.join(room, context.joinPayload(room));
      if (created.features === undefined) throw new RuleSkipped("the server names no features");
      const named = Array.from({ length: 17 }, (_, index) => `feature-${String(index)}`);
      const payload = context.joinPayload(context.newRoom(), { key: client.key, features: named });
      assertEqual("the code", (await client.call("createAndJoinRoom", payload)).code, "BAD_PAYLOAD");
    },
  },
  {
    id: "features.offer-with-join",
    requirement:
      "sends an offer that comes with a join to one peer with the feature, behind `joined`, and names it as " +
      "`offeredTo`, or sends it to nobody",
    section: "offer-with-the-join",
    async check(context) {
      const room = context.newRoom();
      const named = { features: ["offer-with-join"] };
      const offer = { sdp: "v=0\r\n", offerId: "o-1", link: { epoch: "1.e", seq: 1, ack: 0 } };
      const first = await context.connect();
      const alone = await first.join(room, context.joinPayload(room, { ...named, offer }));
      if (alone.features?.includes("offer-with-join") !== true)
        throw new RuleSkipped("the server does not name `offer-with-join`");
      assertEqual("`offeredTo` in an empty room", alone.offeredTo, undefined);
      const others = [
        await context.legacyMember(room),
        await context.member(room, { features: ["mute"] }),
        await context.member(room, { ...named, capabilities: { trickle: false } }),
      ];
      const witnesses = [first, await context.member(room, named), ...others];
      const ada = await context.connect();
      const { id, offeredTo } = await ada.join(room, context.joinPayload(room, { ...named, offer }));
      for (const witness of witnesses) {
        await context.receivedBy(witness, 0, ada, room);
        const received = witness.since(0, "joined", "offer").filter(({ payload }) => isOf(payload, id));
        const isReceiver = witness.id === offeredTo && !others.includes(witness);
        assertEqual("what a peer receives", received.map(({ event }) => event).slice(0, -1), [
          "joined",
          ...(isReceiver ? ["offer"] : []),
        ]);
        const sent = { from: id, to: witness.id, room, ...offer };
        if (isReceiver) assertEqual("the offer", received[1]?.payload, sent);
      }
    },
  },
  {
    id: "features.bundles",
    requirement:
      "relays candidates in a bundle as they are to a peer with the feature, and one by one to all others, if the " +
      "server names `bundles`",
    section: "bundles",
    async check(context) {
      const room = context.newRoom();
      const named = { features: ["bundles"] };
      const ada = await context.connect();
      const { id: from, features: theirs = [] } = await ada.join(room, context.joinPayload(room, named));
      if (!theirs.includes("bundles")) throw new RuleSkipped("the server does not name `bundles`");
      const parts = [1, 2, 3].map((seq) => ({
        candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: `candidate:${String(seq)} 1 udp 1 192.0.2.1 9 typ host` },
        offerId: "o-1",
        link: { epoch: "1.e", seq, ack: 0 },
      }));
      const [first, ...more] = parts;
      const [reads, doesNot] = [await context.member(room, named), await context.member(room, { features: ["mute"] })];
      const legacy = await context.legacyMember(room);
      for (const { id: to } of [reads, doesNot, legacy])
        assertEqual("`ok`", (await ada.call("candidate", { to, room, ...first, more })).ok, true);
      for (const witness of [reads, doesNot, legacy]) {
        await context.receivedBy(witness, 0, ada, room);
        const address = { from, to: witness.id, room };
        const received = witness.since(0, "candidate").map(({ payload }) => payload);
        const apart = parts.map((part) => ({ ...address, ...part }));
        const base = parts.map(({ candidate }) => ({ ...address, candidate }));
        const expected = witness === reads ? [{ ...address, ...first, more }] : witness === legacy ? base : apart;
        assertEqual("what a peer receives", received, expected);
      }
    },
  },
  {
    id: "attributes.dropped",
    requirement: "drops `attributes` that a client sends: they are the application's word",
    section: "attributes",
    async check(context) {
      const room = context.newRoom();
      const [witness] = await context.members(room, {});
      const attributes = { role: "conformance-user" };
      const liar = await context.member(room, { attributes, user: "conformance-user" });
      const mark = witness.mark();
      liar.send("attributes", { id: liar.id, room, attributes });
      liar.send("metadata", { room, metadata: 1, attributes });
      await witness.next("metadata");
      const received = witness
        .since(0, "joined", "metadata", "attributes")
        .map(({ payload }) => JSON.stringify(payload));
      assertThat(
        !received.some((text) => text.includes("conformance-user")),
        "none of it at the others",
        received.join(),
      );
      assertEqual("events of that name", witness.since(mark, "attributes"), []);
      const { peers } = await (await context.connect()).join(room, context.joinPayload(room));
      const listed = JSON.stringify(peers.find(({ id }) => id === liar.id));
      assertThat(!listed.includes("conformance-user"), "none of it for a newcomer", listed);
    },
  },
  {
    id: "renewal.expires-in",
    requirement: "sends `expiresIn` as a number of seconds above 0, if it sends it",
    section: "renewal",
    async check(context) {
      const room = context.newRoom();
      const client = await context.connect();
      const { ok, expiresIn } = await client.call("createAndJoinRoom", context.joinPayload(room, { key: newKey() }));
      assertEqual("`ok`", ok, true);
      const isValid = expiresIn === undefined || (typeof expiresIn === "number" && expiresIn > 0);
      assertThat(isValid, "a number above 0", expiresIn);
    },
  },
  {
    id: "waiting.named",
    requirement: "sends `waiting` only to a client that has named this feature",
    section: "waiting",
    async check(context) {
      const client = await context.connect();
      const room = context.newRoom();
      await client.join(room, context.joinPayload(room, { features: ["mute"] }));
      await context.flush(client);
      assertEqual("the events of that name", client.since(0, "waiting"), []);
    },
  },
];

function isOf(payload: unknown, peer: string): boolean {
  const { id, from } = payload as { readonly id?: string; readonly from?: string };
  return id === peer || from === peer;
}
