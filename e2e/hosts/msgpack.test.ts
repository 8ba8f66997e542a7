import * as parser from "socket.io-msgpack-parser";
import { describe, expect, test } from "vitest";
import { plain } from "./apps/plain.js";
import { answers } from "./support/application.js";
import { withCalls } from "./support/host.js";
import { keepsItsOwn } from "./support/keeps-its-own.js";
import { ask, meet, start } from "./support/meeting.js";

const kind = plain({ name: "the msgpack parser", clientOptions: { parser } }, { parser });

keepsItsOwn(kind);

/** Values that msgpack carries and JSON does not. */
const beyondJson: [string, unknown][] = [
  ["bytes", new Uint8Array([1, 2, 3]).buffer],
  ["bytes in an object", { bytes: new Uint8Array([1, 2, 3]).buffer }],
  ["NaN", Number.NaN],
  ["-Infinity in a list", [-Infinity]],
  ["a date", { at: new Date(0) }],
];

const isValidCandidate = ([event, payload]: unknown[]): boolean =>
  event === "candidate" && typeof (payload as { candidate: { sdp: unknown } }).candidate.sdp === "string";

describe("the msgpack parser: a value that JSON does not have", () => {
  test.each(beyondJson)("U21: (%s) is rejected in a call, and reaches nobody", async (_, value) => {
    const { pages, managers, rejected } = await meet(await start(kind, withCalls), kind);
    const [{ calls }, { received }] = pages;
    received.length = 0;
    calls.emit("message", { room: "standup", type: "chat", data: value });
    calls.emit("metadata", { room: "standup", metadata: value });
    for (const [event, payload] of [
      ["createAndJoinRoom", { room: "another", metadata: value }],
      ["offer", { room: "standup", to: managers[1].id, sdp: value }],
      ["candidate", { room: "standup", to: managers[1].id, candidate: { sdp: value, sdpMLineIndex: 0 } }],
    ] as const)
      expect(await ask(calls, event, payload), event).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
    expect(rejected).toMatchObject(
      ["message", "metadata", "createAndJoinRoom", "offer", "candidate"].map((event) => ({ event })),
    );
    expect(await ask(pages[1].own, "message", "canary")).toBe(answers.message);
    // The call itself may still send candidates.
    expect(received.filter((event) => !isValidCandidate(event))).toEqual([]);
  });

  test.each([...beyondJson, ["undefined", undefined]])("(%s) reaches the application", async (_, value) => {
    const { host, pages } = await meet(await start(kind, withCalls), kind);
    expect(await ask(pages[0].own, "message", value)).toBe(answers.message);
    expect(host.application.received).toEqual([["message", value]]);
  });

  test("(undefined) is an absent field in a call", async () => {
    const { pages, managers } = await meet(await start(kind, withCalls), kind);
    const absent = { key: undefined, metadata: undefined, capabilities: undefined, token: undefined };
    expect(await ask(pages[0].calls, "createAndJoinRoom", { room: "another", ...absent })).toMatchObject({ ok: true });
    const offer = { room: "standup", to: managers[1].id, sdp: "v=0", from: undefined, offerId: undefined };
    expect(await ask(pages[0].calls, "offer", offer)).toEqual({ ok: true });
    expect(await ask(pages[0].calls, "offer", { ...offer, sdp: undefined })).toMatchObject({ code: "BAD_PAYLOAD" });
  });
});
