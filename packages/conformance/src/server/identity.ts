import { createHash } from "node:crypto";
import { newKey } from "../kit-client.js";
import { assertThat, assertEqual, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

export const identity: readonly Rule<ServerContext>[] = [
  {
    id: "identity.socket-id",
    requirement: "identifies a legacy peer by its Socket.IO id",
    section: "identity",
    async check(context) {
      const ada = await context.legacyMember(context.newRoom());
      assertEqual("`id`", ada.id, ada.socketId);
    },
  },
  {
    id: "identity.key",
    requirement:
      "derives the id of a peer with a key from the key: the first 22 characters of " +
      'base64url(SHA-256("sig-peer:" + key))',
    section: "identity",
    async check(context) {
      const ada = await context.member(context.newRoom());
      assertEqual(
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
    requirement: "reveals keys and tokens to no other peer",
    section: "identity",
    async check(context) {
      const room = context.newRoom();
      const witness = await context.member(room);
      const token = newKey();
      const ada = await context.member(room, context.settings.token === undefined ? { token } : {});
      const received = JSON.stringify(await context.receivedBy(witness, 0, ada, room));
      for (const secret of [
        ada.key ?? "",
        token,
        ...(context.settings.token === undefined ? [] : [context.settings.token]),
      ])
        assertThat(!received.includes(secret), "no secret in the events of others", received);
    },
  },
  {
    id: "identity.from",
    requirement: "sets `from` itself, whatever the sender claims",
    section: "identity",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob, eve] = await context.members(room, {}, {}, {});
      for (const from of [bob.id, ada.id, "server", 5, undefined]) {
        eve.send("offer", { room, to: bob.id, from, sdp: "v=0\r\n" });
        assertEqual("`from` of an offer", (await bob.next("offer")).from, eve.id);
        eve.send("candidate", { room, to: bob.id, from, candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp: "" } });
        assertEqual("`from` of a candidate", (await bob.next("candidate")).from, eve.id);
      }
      eve.send("message", { room, from: ada.id, type: "note", data: 1 });
      assertEqual("`from` of a message", (await bob.next("message")).from, eve.id);
    },
  },
  {
    id: "identity.takeover",
    requirement:
      "moves a membership to a second socket that joins with its key: the older socket gets `exit` with " +
      "reason `replaced`, the others get `presence` with `online`, and neither `exit` nor `joined`",
    section: "joining",
    async check(context) {
      const room = context.newRoom();
      const [witness, older] = await context.members(room, {}, {});
      const mark = witness.mark();
      const newer = await context.member(room, { key: older.key });
      assertEqual("`id`", newer.id, older.id);
      const { from, reason } = await older.next("exit");
      assertEqual("the `exit` of the older socket", { from, reason }, { from: older.id, reason: "replaced" });
      const received = await context.receivedBy(witness, mark, newer, room);
      assertEqual("the events at the others", received, [
        { event: "presence", payload: { id: older.id, room, state: "online" } },
      ]);
    },
  },
  {
    id: "identity.replaced-is-out",
    requirement: "accepts nothing for the room from a replaced socket",
    section: "joining",
    async check(context) {
      const room = context.newRoom();
      const [witness, older] = await context.members(room, {}, {});
      const newer = await context.member(room, { key: older.key });
      await older.next("exit");
      const mark = witness.mark();
      const { ok, code } = await older.call("offer", { room, to: witness.id, sdp: "v=0\r\ns=old\r\n" });
      assertEqual("the rejection", { ok, code }, { ok: false, code: "NOT_IN_ROOM" });
      const received = await context.receivedBy(witness, mark, newer, room);
      assertEqual(
        "relayed offers of the older socket",
        received.filter(({ event }) => event === "offer"),
        [],
      );
    },
  },
];
