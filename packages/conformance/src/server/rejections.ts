import { defaultLimits, errorCodes, isSharedName, type ErrorCode } from "@sig/protocol";
import type { Ack } from "../kit-client.js";
import { assertEqual, assertThat, show, type Rule } from "../rule.js";
import type { ServerContext } from "./server-context.js";

/** Every event that a client can send. */
export const clientEventNames = [
  "createAndJoinRoom",
  "offer",
  "answer",
  "candidate",
  "exit",
  "leaving",
  "message",
  "metadata",
  "iceServers",
] as const;

/** Values that are not a valid payload of any event. */
const invalidPayloads: readonly unknown[] = [
  null,
  true,
  0,
  "",
  "__proto__",
  [],
  [[]],
  { room: { room: "r" } },
  { room: [], to: [] },
  { length: 1, toJSON: 1, then: 1 },
];

function nested(levels: number): unknown {
  return levels === 0 ? 0 : [nested(levels - 1)];
}

function isRejection({ ok, code, message, retryable }: Ack): boolean {
  return (
    ok === false &&
    typeof code === "string" &&
    code in errorCodes &&
    typeof message === "string" &&
    message !== "" &&
    retryable === errorCodes[code as ErrorCode].retryable
  );
}

const validRejection = "`ok: false`, a code of the protocol, a message, and the `retryable` that belongs to the code";

export const rejections: readonly Rule<ServerContext>[] = [
  {
    id: "rejections.ack",
    requirement: "rejects in the acknowledgment, if one was requested, with a code of the protocol and its `retryable`",
    section: "errors",
    async check(context) {
      const room = context.newRoom();
      const [client] = await context.members(room, {});
      for (const [event, payload] of [
        ["offer", { room, to: "x", sdp: "v=0" }],
        ["message", { room, type: "", data: 1 }],
        ["metadata", { room, metadata: nested(defaultLimits.jsonDepth + 1) }],
        ["createAndJoinRoom", { room: "" }],
      ] as const) {
        const ack = await client.call(event, payload);
        assertThat(isRejection(ack), validRejection, ack);
      }
    },
  },
  {
    id: "rejections.rejected",
    requirement: "rejects with `rejected` if no acknowledgment was requested, and names what it rejects",
    section: "errors",
    async check(context) {
      const room = context.newRoom();
      const [ada] = await context.members(room, {});
      ada.send("offer", { room, to: "nobody-has-this-id-00", sdp: "v=0" });
      const { message, ...rest } = await ada.next("rejected");
      assertEqual("`rejected`", rest, {
        event: "offer",
        code: "PEER_NOT_FOUND",
        retryable: false,
        room,
        to: "nobody-has-this-id-00",
      });
      assertThat(message !== "", "a message", message);
      const mark = ada.mark();
      assertEqual(
        "`ok` of the same offer with an acknowledgment",
        (await ada.call("offer", { room, to: "nobody-has-this-id-00", sdp: "v=0" })).ok,
        false,
      );
      await context.flush(ada);
      assertEqual("`rejected` beside the acknowledgment", ada.since(mark, "rejected"), []);
    },
  },
  {
    id: "rejections.names",
    requirement: "omits `room` and `to` from `rejected` if they are not strings, or longer than 128 characters",
    section: "errors",
    async check(context) {
      const [ada] = await context.members(context.newRoom(), {});
      for (const [room, to] of [
        [{ name: "standup" }, 5],
        ["r".repeat(129), "t".repeat(129)],
      ]) {
        const mark = ada.mark();
        ada.send("offer", { room, to, sdp: "v=0" });
        await ada.next("rejected");
        const [{ payload } = { payload: {} }] = ada.since(mark, "rejected");
        assertEqual(`the fields of \`rejected\` for ${show({ room, to })}`, Object.keys(payload as object).sort(), [
          "code",
          "event",
          "message",
          "retryable",
        ]);
      }
    },
  },
  {
    id: "rejections.no-echo",
    requirement: "quotes nothing of the rejected payload in `message`",
    section: "errors",
    async check(context) {
      const ada = await context.connect();
      const secret = "e7c1-not-to-be-quoted";
      for (const [event, payload] of [
        ["offer", { room: secret, to: secret, sdp: secret }],
        ["createAndJoinRoom", { room: `${secret}\u0000` }],
        ["answer", { [secret]: secret, to: 5 }],
      ] as const) {
        const { message } = await ada.call(event, payload);
        assertThat(!String(message).includes(secret), "a message without a quotation", message);
      }
    },
  },
  {
    id: "rejections.nonsense",
    requirement: "rejects invalid payloads of every event of the base protocol with BAD_PAYLOAD, and keeps working",
    section: "errors",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const mark = bob.mark();
      for (const event of clientEventNames.filter((name) => !isSharedName(name))) {
        const client = await context.connect();
        for (const payload of [undefined, ...invalidPayloads]) {
          const { code } = payload === undefined ? await client.call(event) : await client.call(event, payload);
          assertEqual(`the code of \`${event}\` with ${show(payload)}`, code, "BAD_PAYLOAD");
        }
        client.close();
      }
      assertEqual("events at other members", await context.receivedBy(bob, mark, ada, room), []);
    },
  },
  {
    id: "rejections.shared-names",
    requirement: "leaves events of an application alone that have the names of the protocol: it sends no answer",
    section: "beside-an-application",
    async check(context) {
      const room = context.newRoom();
      const [ada, bob] = await context.members(room, {}, {});
      const stranger = await context.connect();
      const marks = [ada.mark(), bob.mark(), stranger.mark()];
      for (const event of clientEventNames.filter(isSharedName)) {
        for (const payload of invalidPayloads) ada.send(event, payload);
        for (const payload of [...invalidPayloads, { room, type: "chat", data: 1, metadata: 1 }])
          stranger.send(event, payload);
      }
      await context.flush(stranger);
      const [atAda = 0, atBob = 0, atStranger = 0] = marks;
      assertEqual("events at another member", await context.receivedBy(bob, atBob, ada, room), []);
      assertEqual("`rejected` at the member", ada.since(atAda, "rejected"), []);
      assertEqual("`rejected` at a client that has not joined", stranger.since(atStranger, "rejected"), []);
    },
  },
];
