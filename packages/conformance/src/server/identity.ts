import { createHash } from "node:crypto";
import { newKey } from "../actor.js";
import { holds, same, type Rule } from "../rule.js";
import type { Lab } from "./lab.js";

export const identity: readonly Rule<Lab>[] = [
  {
    id: "identity.socket-id",
    sentence: "knows a peer without a key by its Socket.IO id",
    section: "identity",
    async check(lab) {
      const ada = await lab.seed(lab.room());
      same("`id`", ada.id, ada.socket.id);
    },
  },
  {
    id: "identity.key",
    sentence:
      'makes the id of a peer with a key out of the key: the first 22 characters of base64url(SHA-256("sig-peer:" + key))',
    section: "identity",
    async check(lab) {
      const ada = await lab.member(lab.room());
      same(
        "`id`",
        ada.id,
        createHash("sha256")
          .update(`sig-peer:${ada.key ?? ""}`)
          .digest("base64url")
          .slice(0, 22),
      );
    },
  },
  {
    id: "identity.key-is-secret",
    sentence: "shows a key to nobody, and a token neither",
    section: "identity",
    async check(lab) {
      const room = lab.room();
      const witness = await lab.member(room);
      const token = newKey();
      const ada = await lab.member(room, lab.server.token === undefined ? { token } : {});
      const heard = JSON.stringify(await lab.heardBy(witness, 0, ada, room));
      for (const secret of [ada.key ?? "", token, ...(lab.server.token === undefined ? [] : [lab.server.token])])
        holds(!heard.includes(secret), "no secret in what others hear", heard);
    },
  },
  {
    id: "identity.from",
    sentence: "writes `from` itself, whatever the sender claims",
    section: "identity",
    async check(lab) {
      const room = lab.room();
      const [ada, grace, eve] = await lab.company(room, {}, {}, {});
      for (const from of [grace.id, ada.id, "server", 5, undefined]) {
        eve.send("offer", { room, to: grace.id, from, sdp: "v=0\r\n" });
        same("`from` of an offer", (await grace.next("offer")).from, eve.id);
        eve.send("candidate", { room, to: grace.id, from, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "" } });
        same("`from` of a candidate", (await grace.next("candidate")).from, eve.id);
      }
      eve.send("message", { room, from: ada.id, type: "note", data: 1 });
      same("`from` of a message", (await grace.next("message")).from, eve.id);
    },
  },
  {
    id: "identity.takeover",
    sentence:
      "lets a second socket with the key of a live member take the membership over: the older one gets `exit` with reason `replaced`, the others `presence` with `online`, neither `exit` nor `joined`",
    section: "joining",
    async check(lab) {
      const room = lab.room();
      const [witness, older] = await lab.company(room, {}, {});
      const mark = witness.mark();
      const newer = await lab.member(room, { key: older.key });
      same("`id`", newer.id, older.id);
      const { from, reason } = await older.next("exit");
      same("the `exit` of the older socket", { from, reason }, { from: older.id, reason: "replaced" });
      const heard = await lab.heardBy(witness, mark, newer, room);
      same("what the others heard", heard, [{ event: "presence", payload: { id: older.id, room, state: "online" } }]);
    },
  },
  {
    id: "identity.replaced-is-out",
    sentence: "takes nothing more for the room from a socket that was replaced",
    section: "joining",
    async check(lab) {
      const room = lab.room();
      const [witness, older] = await lab.company(room, {}, {});
      const newer = await lab.member(room, { key: older.key });
      await older.next("exit");
      const mark = witness.mark();
      const { ok, code } = await older.call("offer", { room, to: witness.id, sdp: "v=0\r\ns=old\r\n" });
      same("the refusal", { ok, code }, { ok: false, code: "NOT_IN_ROOM" });
      const heard = await lab.heardBy(witness, mark, newer, room);
      same(
        "offers of the older socket that arrived",
        heard.filter(({ event }) => event === "offer"),
        [],
      );
    },
  },
];
