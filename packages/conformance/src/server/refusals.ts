import { errorCodes, type ErrorCode } from "@sig/protocol";
import type { Answer } from "../actor.js";
import { holds, same, show, type Rule } from "../rule.js";
import { vectorsOf, type Vector } from "../vectors.js";
import type { Lab } from "./lab.js";

const events = [
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

/** Values that are no payload of any event. */
const nonsense: readonly unknown[] = [
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

function isRefusal({ ok, code, message, retryable }: Answer): boolean {
  return (
    ok === false &&
    typeof code === "string" &&
    code in errorCodes &&
    typeof message === "string" &&
    message !== "" &&
    retryable === errorCodes[code as ErrorCode].retryable
  );
}

const asked = "`ok: false`, a code of the protocol, a sentence, and `retryable` as the table of codes has it";

export const refusals: readonly Rule<Lab>[] = [
  {
    id: "refusals.ack",
    sentence: "refuses in the ack, where one was asked for, with a code of the protocol and whether to try again",
    section: "errors",
    async check(lab) {
      const eve = await lab.connect();
      const room = lab.room();
      for (const [event, payload] of [
        ["offer", { room, to: "x", sdp: "v=0" }],
        ["message", { room, type: "chat", data: 1 }],
        ["metadata", { room, metadata: 1 }],
        ["createAndJoinRoom", { room: "" }],
      ] as const) {
        const answer = await eve.call(event, payload);
        holds(isRefusal(answer), asked, answer);
      }
    },
  },
  {
    id: "refusals.rejected",
    sentence: "refuses by `rejected` where no ack was asked for, and names what was refused",
    section: "errors",
    async check(lab) {
      const room = lab.room();
      const [ada] = await lab.company(room, {});
      ada.send("offer", { room, to: "nobody-has-this-id-00", sdp: "v=0" });
      const { message, ...rest } = await ada.next("rejected");
      same("`rejected`", rest, {
        event: "offer",
        code: "PEER_NOT_FOUND",
        retryable: false,
        room,
        to: "nobody-has-this-id-00",
      });
      holds(message !== "", "a sentence for a person", message);
      const mark = ada.mark();
      same(
        "the ack of the same",
        (await ada.call("offer", { room, to: "nobody-has-this-id-00", sdp: "v=0" })).ok,
        false,
      );
      await lab.settle(ada);
      same("`rejected` beside an ack", ada.since(mark, "rejected"), []);
    },
  },
  {
    id: "refusals.names",
    sentence: "names in `rejected` no room and no peer that is no text, or longer than 128 characters",
    section: "errors",
    async check(lab) {
      const [ada] = await lab.company(lab.room(), {});
      for (const [room, to] of [
        [{ name: "standup" }, 5],
        ["r".repeat(129), "t".repeat(129)],
      ]) {
        const mark = ada.mark();
        ada.send("offer", { room, to, sdp: "v=0" });
        await ada.next("rejected");
        const [{ payload } = { payload: {} }] = ada.since(mark, "rejected");
        same(`the fields of \`rejected\` for ${show({ room, to })}`, Object.keys(payload as object).sort(), [
          "code",
          "event",
          "message",
          "retryable",
        ]);
      }
    },
  },
  {
    id: "refusals.no-echo",
    sentence: "repeats in a refusal's sentence nothing of what was sent",
    section: "errors",
    async check(lab) {
      const ada = await lab.connect();
      const echo = "e7c1-do-not-say-this-again";
      for (const [event, payload] of [
        ["offer", { room: echo, to: echo, sdp: echo }],
        ["createAndJoinRoom", { room: `${echo}\u0000` }],
        ["answer", { [echo]: echo, to: 5 }],
      ] as const) {
        const { message } = await ada.call(event, payload);
        holds(!String(message).includes(echo), "a sentence that does not quote", message);
      }
    },
  },
  {
    id: "refusals.nonsense",
    sentence: "refuses nonsense of every kind on every event with BAD_PAYLOAD, and goes on",
    section: "errors",
    async check(lab) {
      const room = lab.room();
      const [ada, grace] = await lab.company(room, {}, {});
      const mark = grace.mark();
      for (const event of events) {
        const eve = await lab.connect();
        for (const payload of [undefined, ...nonsense]) {
          // A request for ICE servers may say nothing.
          if (
            event === "iceServers" &&
            (payload === undefined || (typeof payload === "object" && payload !== null && !("room" in payload)))
          )
            continue;
          const { code } = payload === undefined ? await eve.call(event) : await eve.call(event, payload);
          same(`the code of \`${event}\` with ${show(payload)}`, code, "BAD_PAYLOAD");
        }
        eve.close();
      }
      same("what others noticed", await lab.heardBy(grace, mark, ada, room), []);
    },
  },
  {
    id: "vectors.refused",
    sentence: "refuses every message that the golden vectors call invalid, with the code they name",
    section: "limits",
    async check(lab) {
      for (const event of events) {
        const eve = await lab.connect();
        for (const vector of vectorsOf(event).filter(({ valid }) => !valid)) {
          const { code } = "payload" in vector ? await eve.call(event, vector.payload) : await eve.call(event);
          same(`\`${event}\`, "${vector.name}": the code`, code, vector.code);
        }
        eve.close();
      }
    },
  },
  {
    id: "vectors.relayed",
    sentence: "passes every valid offer, answer and candidate of the golden vectors on as they say it is read",
    section: "relaying",
    async check(lab) {
      for (const event of ["offer", "answer", "candidate"] as const) {
        const room = lab.room();
        const [ada, grace] = await lab.company(room, {}, {});
        for (const vector of vectorsOf(event).filter(isAddressed)) {
          ada.send(event, { ...vector.payload, room, to: grace.id });
          await grace.next(event);
          same(`\`${event}\`, "${vector.name}":`, grace.since(0, event).at(-1)?.payload, {
            ...(vector.reads ?? vector.payload),
            from: ada.id,
            room,
            to: grace.id,
          });
        }
      }
    },
  },
];

/** Whether a vector is about something else than whom it goes to. */
function isAddressed(vector: Vector): vector is Vector & { payload: object; reads?: object } {
  return vector.valid && typeof vector.payload === "object";
}
