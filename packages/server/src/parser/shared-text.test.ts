import { afterEach, describe, expect, it } from "vitest";
import { forwarding } from "./forwarding.js";
import { eventType } from "./packet.js";
import { relayParser } from "./relay-parser.js";

/** A payload that counts how often it is written. */
function payloadOf() {
  let written = 0;
  const payload = {
    get notices() {
      written += 1;
      return [written];
    },
  };
  return { payload, written: () => written };
}

const encoder = new relayParser.Encoder();
const encode = (payload: object, fields: object = {}, event = "notices") =>
  encoder.encode({ type: eventType, nsp: "/", data: [event, payload], ...fields } as never);

afterEach(() => {
  forwarding.shared = undefined;
});

describe("what many sockets are sent", () => {
  it("is written once", () => {
    const { payload, written } = payloadOf();
    forwarding.shared = payload;
    const first = encode(payload);
    const count = written();
    expect(encode(payload)).toEqual(first);
    expect(written()).toBe(count);
  });

  it("is written again once it may have changed", () => {
    const { payload } = payloadOf();
    forwarding.shared = payload;
    const first = encode(payload);
    forwarding.shared = undefined;
    expect(encode(payload)).not.toEqual(first);
  });

  it("is written anew for another namespace, another event, with an ack, and beside something else", () => {
    const { payload } = payloadOf();
    forwarding.shared = payload;
    encode(payload);
    expect(encode(payload, { nsp: "/calls" })[0]).toMatch(/^2\/calls,\["notices"/);
    expect(encode(payload, {}, "presence")[0]).toMatch(/^2\["presence"/);
    expect(encode(payload, { id: 7 })[0]).toMatch(/^27\["notices"/);
    expect(encode(payload, { data: ["notices", payload, "offset"] })[0]).toContain('"offset"');
  });

  it("is the same text as without", () => {
    const payload = { notices: [{ event: "exit", payload: { from: "é😀", room: "r" } }] };
    const plain = encode(payload);
    forwarding.shared = payload;
    expect([encode(payload), encode(payload)]).toEqual([plain, plain]);
  });
});
