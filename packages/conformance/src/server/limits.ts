import { defaultLimits } from "@sig/protocol";
import { assertEqual, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

export const limits: readonly Rule<ServerContext>[] = [
  {
    id: "limits.at",
    requirement:
      "accepts values exactly at a limit: SDP, candidate, metadata, message data, and a room name of 128 characters",
    section: "limits",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const sdp = "v".repeat(defaultLimits.sdp);
      ada.send("offer", { room, to: bob.id, sdp });
      assertEqual("the length of `sdp`", (await bob.next("offer")).sdp.length, sdp.length);
      assertEqual(
        "the acknowledgment of a candidate",
        (await ada.call("candidate", { room, to: bob.id, candidate: { sdp: "c".repeat(defaultLimits.candidate) } })).ok,
        true,
      );
      assertEqual(
        "the acknowledgment of metadata",
        (await ada.call("metadata", { room, metadata: "m".repeat(defaultLimits.metadata - 2) })).ok,
        true,
      );
      assertEqual(
        "the acknowledgment of a message",
        (await ada.call("message", { room, type: "t".repeat(64), data: "d".repeat(defaultLimits.message - 2) })).ok,
        true,
      );
      const name = `${context.newRoom()}\u{1f600}`.padEnd(129, "x");
      assertEqual("`room`", (await ada.join(name, context.joinPayload(name))).room, name);
    },
  },
  {
    id: "limits.past",
    requirement: "rejects values one character over a limit with TOO_LARGE, and a room name with BAD_PAYLOAD",
    section: "limits",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const call = async (event: string, payload: object): Promise<unknown> =>
        (await ada.call(event, { room, to: bob.id, ...payload })).code;
      assertEqual("the code for `sdp`", await call("offer", { sdp: "v".repeat(defaultLimits.sdp + 1) }), "TOO_LARGE");
      assertEqual(
        "the code for a candidate",
        await call("candidate", { candidate: { sdp: "c".repeat(defaultLimits.candidate + 1) } }),
        "TOO_LARGE",
      );
      assertEqual(
        "the code for metadata",
        await call("metadata", { metadata: "m".repeat(defaultLimits.metadata - 1) }),
        "TOO_LARGE",
      );
      assertEqual(
        "the code for data",
        await call("message", { type: "chat", data: "d".repeat(defaultLimits.message - 1) }),
        "TOO_LARGE",
      );
      assertEqual(
        "the code for a room name",
        await call("createAndJoinRoom", { room: "r".repeat(defaultLimits.roomName + 1) }),
        "BAD_PAYLOAD",
      );
    },
  },
  {
    id: "limits.rooms",
    requirement: "rejects a ninth room on one socket with ROOM_LIMIT",
    section: "limits",
    async check(context) {
      const ada = await context.connect();
      for (let room = 1; room <= 8; room += 1)
        assertEqual(
          `the acknowledgment of room ${String(room)}`,
          (await ada.call("createAndJoinRoom", context.joinPayload(context.newRoom()))).ok,
          true,
        );
      assertEqual(
        "the code",
        (await ada.call("createAndJoinRoom", context.joinPayload(context.newRoom()))).code,
        "ROOM_LIMIT",
      );
    },
  },
  {
    id: "limits.burst",
    requirement: "accepts the burst of a well-behaved newcomer: 250 candidates at once",
    section: "rate-limit",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const mark = bob.mark();
      for (let index = 0; index < 250; index += 1)
        ada.send("candidate", { room, to: bob.id, candidate: { sdpMLineIndex: index, sdp: "" } });
      const received = await context.receivedBy(bob, mark, ada, room);
      assertEqual("the number of relayed candidates", received.length, 250);
    },
  },
  {
    id: "limits.flood",
    requirement: "answers a flood with RATE_LIMITED and then ends the connection, never with silence",
    section: "rate-limit",
    async check(context) {
      const client = await context.connect();
      const room = context.newRoom();
      for (let sent = 0; sent < 1_200; sent += 1) client.send("exit", { room });
      assertEqual(
        "the code",
        (await client.next("rejected", ({ code }) => code !== "NOT_IN_ROOM")).code,
        "RATE_LIMITED",
      );
      await client.disconnected();
    },
  },
];
