import { defaultLimits } from "@sig/protocol";
import { same, type Rule } from "../rule.js";
import type { Lab } from "./lab.js";

export const limits: readonly Rule<Lab>[] = [
  {
    id: "limits.at",
    sentence:
      "takes what is exactly at a limit: SDP, a candidate, metadata and data at their longest, a room's name of 128 characters",
    section: "limits",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const sdp = "v".repeat(defaultLimits.sdp);
      ada.send("offer", { room, to: grace.id, sdp });
      same("the length of `sdp`", (await grace.next("offer")).sdp.length, sdp.length);
      same(
        "the ack of a candidate",
        (await ada.call("candidate", { room, to: grace.id, candidate: { sdp: "c".repeat(defaultLimits.candidate) } }))
          .ok,
        true,
      );
      same(
        "the ack of metadata",
        (await ada.call("metadata", { room, metadata: "m".repeat(defaultLimits.metadata - 2) })).ok,
        true,
      );
      same(
        "the ack of a message",
        (await ada.call("message", { room, type: "t".repeat(64), data: "d".repeat(defaultLimits.message - 2) })).ok,
        true,
      );
      const name = `${lab.room()}\u{1f600}`.padEnd(129, "x");
      same("`room`", (await ada.join(name, lab.joining(name))).room, name);
    },
  },
  {
    id: "limits.past",
    sentence: "refuses what is one longer, with TOO_LARGE, and a room's name with BAD_PAYLOAD",
    section: "limits",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const call = async (event: string, payload: object): Promise<unknown> =>
        (await ada.call(event, { room, to: grace.id, ...payload })).code;
      same("the code for `sdp`", await call("offer", { sdp: "v".repeat(defaultLimits.sdp + 1) }), "TOO_LARGE");
      same(
        "the code for a candidate",
        await call("candidate", { candidate: { sdp: "c".repeat(defaultLimits.candidate + 1) } }),
        "TOO_LARGE",
      );
      same(
        "the code for metadata",
        await call("metadata", { metadata: "m".repeat(defaultLimits.metadata - 1) }),
        "TOO_LARGE",
      );
      same(
        "the code for data",
        await call("message", { type: "chat", data: "d".repeat(defaultLimits.message - 1) }),
        "TOO_LARGE",
      );
      same(
        "the code for a room's name",
        await call("createAndJoinRoom", { room: "r".repeat(defaultLimits.roomName + 1) }),
        "BAD_PAYLOAD",
      );
    },
  },
  {
    id: "limits.rooms",
    sentence: "refuses a ninth room on one socket with ROOM_LIMIT",
    section: "limits",
    async check(lab) {
      const ada = await lab.connect();
      for (let room = 1; room <= 8; room += 1)
        same(
          `the ack of room ${String(room)}`,
          (await ada.call("createAndJoinRoom", lab.joining(lab.room()))).ok,
          true,
        );
      same("the code", (await ada.call("createAndJoinRoom", lab.joining(lab.room()))).code, "ROOM_LIMIT");
    },
  },
  {
    id: "limits.burst",
    sentence: "lets an honest newcomer's burst through: 250 candidates at once",
    section: "rate-limit",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const mark = grace.mark();
      for (let index = 0; index < 250; index += 1)
        ada.send("candidate", { room, to: grace.id, candidate: { sdpMLineIndex: index, sdp: "" } });
      const heard = await lab.heardBy(grace, mark, ada, room);
      same("how many arrived", heard.length, 250);
    },
  },
  {
    id: "limits.flood",
    sentence: "meets a flood with RATE_LIMITED and then the end of the connection, never with silence",
    section: "rate-limit",
    async check(lab) {
      const eve = await lab.connect();
      const room = lab.room();
      for (let sent = 0; sent < 1_200; sent += 1) eve.send("exit", { room });
      same("the code", (await eve.next("rejected", ({ code }) => code !== "NOT_IN_ROOM")).code, "RATE_LIMITED");
      await eve.disconnected();
    },
  },
];
