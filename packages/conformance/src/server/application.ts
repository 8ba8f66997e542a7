import { holds, same, type Rule } from "../rule.js";
import type { Lab } from "./lab.js";

export const application: readonly Rule<Lab>[] = [
  {
    id: "messages.everyone",
    sentence: "delivers a `message` without `to` to everyone else with a key",
    section: "app-messages",
    async check(lab) {
      const room = lab.room();
      const [ada, ...others] = await lab.company(room, {}, {}, {});
      const data = { text: "hello", list: [1, null, true] };
      const mark = ada.mark();
      same("the ack", (await ada.call("message", { room, type: "chat", data })).ok, true);
      for (const other of others)
        same("`message`", await other.next("message"), { from: ada.id, room, type: "chat", data });
      same("what came back to the sender", await lab.heardBy(ada, mark, others[0], room), []);
    },
  },
  {
    id: "messages.one",
    sentence:
      "delivers a `message` with `to` to that peer alone, and refuses one to a peer without a key with PEER_NOT_FOUND",
    section: "app-messages",
    async check(lab) {
      const room = lab.room();
      const [ada, grace, witness] = await lab.company(room, {}, {}, {});
      const tom = await lab.seed(room);
      await witness.next("joined");
      const mark = witness.mark();
      ada.send("message", { room, to: grace.id, type: "chat", data: 1 });
      same("`data`", (await grace.next("message")).data, 1);
      same(
        "the code to a peer without a key",
        (await ada.call("message", { room, to: tom.id, type: "chat", data: 1 })).code,
        "PEER_NOT_FOUND",
      );
      same("what a third peer heard", await lab.heardBy(witness, mark, ada, room), []);
    },
  },
  {
    id: "metadata.shown",
    sentence: "shows what a peer says of itself in `joined` and in `peers`",
    section: "metadata",
    async check(lab) {
      const room = lab.room();
      const [witness] = await lab.company(room, {});
      const about = {
        metadata: { name: "Ada", list: [1, null] },
        capabilities: { trickle: false, renegotiate: false, dialect: "device" },
      };
      const ada = await lab.member(room, about);
      same("`joined`", await witness.next("joined"), { id: ada.id, room, ...about });
      const { peers } = await (await lab.connect()).join(room, lab.joining(room));
      const { state = "online", ...listed } = peers.find(({ id }) => id === ada.id) ?? {};
      same("its entry in `peers`", { ...listed, state }, { id: ada.id, ...about, state: "online" });
    },
  },
  {
    id: "metadata.changed",
    sentence: "tells the others of new `metadata`, and newcomers the newest",
    section: "metadata",
    async check(lab) {
      const room = lab.room();
      const [witness, ada] = await lab.company(room, {}, { metadata: { name: "Ada" } });
      same("the ack", (await ada.call("metadata", { room, metadata: { name: "Ada", muted: true } })).ok, true);
      same("`metadata`", await witness.next("metadata"), { id: ada.id, room, metadata: { name: "Ada", muted: true } });
      const { peers } = await (await lab.connect()).join(room, lab.joining(room));
      same("what a newcomer sees", peers.find(({ id }) => id === ada.id)?.metadata, { name: "Ada", muted: true });
    },
  },
  {
    id: "ice-servers.ack",
    sentence: "answers a member that asks for ICE servers, and either answers or refuses who asks before joining",
    section: "ice-servers",
    async check(lab) {
      const room = lab.room();
      const [ada] = await lab.company(room, {});
      const { ok, ...fields } = await ada.call("iceServers", { room });
      same("`ok`", ok, true);
      holds(
        Object.keys(fields).every((name) => ["iceServers", "iceServersTtl"].includes(name)),
        "no field but `iceServers` and `iceServersTtl`",
        fields,
      );
      const outsider = await lab.connect();
      const reply = await outsider.call("iceServers", {});
      holds(
        reply.ok === true || reply.code === "NOT_IN_ROOM" || reply.code === "UNAUTHORIZED",
        "an answer, NOT_IN_ROOM or UNAUTHORIZED for who is in no room",
        reply,
      );
    },
  },
];
