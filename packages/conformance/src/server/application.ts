import { assertThat, assertEqual, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

export const application: readonly Rule<ServerContext>[] = [
  {
    id: "messages.everyone",
    requirement: "delivers a `message` without `to` to everyone else with a key",
    section: "app-messages",
    async check(context) {
      const room = context.newRoom();
      const [ada, ...others] = await context.members(room, {}, {}, {});
      const data = { text: "hello", list: [1, null, true] };
      const mark = ada.mark();
      assertEqual("the acknowledgment", (await ada.call("message", { room, type: "chat", data })).ok, true);
      for (const other of others)
        assertEqual("`message`", await other.next("message"), { from: ada.id, room, type: "chat", data });
      assertEqual("events back at the sender", await context.receivedBy(ada, mark, others[0], room), []);
    },
  },
  {
    id: "messages.one",
    requirement:
      "delivers a `message` with `to` only to that peer, and rejects one to a legacy peer with PEER_NOT_FOUND",
    section: "app-messages",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob, witness] = await context.members(room, {}, {}, {});
      const legacy = await context.legacyMember(room);
      await witness.next("joined");
      const mark = witness.mark();
      ada.send("message", { room, to: bob.id, type: "chat", data: 1 });
      assertEqual("`data`", (await bob.next("message")).data, 1);
      assertEqual(
        "the code of a message to a legacy peer",
        (await ada.call("message", { room, to: legacy.id, type: "chat", data: 1 })).code,
        "PEER_NOT_FOUND",
      );
      assertEqual("events at a third peer", await context.receivedBy(witness, mark, ada, room), []);
    },
  },
  {
    id: "metadata.shown",
    requirement: "includes the metadata and capabilities of a peer in `joined` and in `peers`",
    section: "metadata",
    async check(context) {
      const room = context.newRoom();
      const [witness] = await context.members(room, {});
      const about = {
        metadata: { name: "Ada", list: [1, null] },
        capabilities: { trickle: false, renegotiate: false, dialect: "device" },
      };
      const ada = await context.member(room, about);
      assertEqual("`joined`", await witness.next("joined"), { id: ada.id, room, ...about });
      const { peers } = await (await context.connect()).join(room, context.joinPayload(room));
      const { state = "online", ...listed } = peers.find(({ id }) => id === ada.id) ?? {};
      assertEqual("its entry in `peers`", { ...listed, state }, { id: ada.id, ...about, state: "online" });
    },
  },
  {
    id: "metadata.changed",
    requirement: "sends changed `metadata` to the others, and the latest to newcomers",
    section: "metadata",
    async check(context) {
      const room = context.newRoom();
      const [witness, ada] = await context.members(room, {}, { metadata: { name: "Ada" } });
      assertEqual(
        "the acknowledgment",
        (await ada.call("metadata", { room, metadata: { name: "Ada", muted: true } })).ok,
        true,
      );
      assertEqual("`metadata`", await witness.next("metadata"), {
        id: ada.id,
        room,
        metadata: { name: "Ada", muted: true },
      });
      const { peers } = await (await context.connect()).join(room, context.joinPayload(room));
      assertEqual("its metadata for a newcomer", peers.find(({ id }) => id === ada.id)?.metadata, {
        name: "Ada",
        muted: true,
      });
    },
  },
  {
    id: "ice-servers.ack",
    requirement:
      "answers a request for ICE servers from a member, and answers or rejects one from a client that has not joined",
    section: "ice-servers",
    async check(context) {
      const room = context.newRoom();
      const [ada] = await context.members(room, {});
      const { ok, ...fields } = await ada.call("iceServers", { room });
      assertEqual("`ok`", ok, true);
      assertThat(
        Object.keys(fields).every((name) => ["iceServers", "iceServersTtl"].includes(name)),
        "no field but `iceServers` and `iceServersTtl`",
        fields,
      );
      const outsider = await context.connect();
      const reply = await outsider.call("iceServers", {});
      assertThat(
        reply.ok === true || reply.code === "NOT_IN_ROOM" || reply.code === "UNAUTHORIZED",
        "an answer, NOT_IN_ROOM or UNAUTHORIZED for a client in no room",
        reply,
      );
    },
  },
];
