import fc from "fast-check";
import { Decoder } from "socket.io-parser";
import { describe, expect, it } from "vitest";
import { hostileText } from "../../test/parser/hostile-texts.js";
import { tokens } from "../../test/parser/same-message.js";
import { type Packet } from "./packet.js";
import { readText, type ReceivedText } from "./received-text.js";

function packetOf(text: string): Packet {
  let packet: unknown;
  const decoder = new Decoder();
  decoder.on("decoded", (value) => {
    packet = value;
  });
  decoder.add(text);
  return packet as Packet;
}

const read = (text: string): ReceivedText | undefined => readText(packetOf(text), text);

const ids = `"from":"a","to":"b","room":"r"`;
const description = `2["offer",{${ids},"sdp":"v=0\\r\\n"}]`;
const candidate = `2["candidate",{${ids},"candidate":{"sdp":"candidate:1"},"link":{"epoch":"e","seq":1,"ack":0}}]`;

describe("the text of a relayed event", () => {
  it.each([description, candidate])("is kept if it is the plainest one: %s", (text) => {
    expect(read(text)?.text).toBe(text);
  });

  it("is the plainest one if it is kept, whatever was sent", () => {
    let kept = 0;
    fc.assert(
      fc.property(hostileText(true), (text) => {
        const packet = packetOf(text);
        if (readText(packet, text) === undefined) return;
        kept += 1;
        expect(tokens(text)).toEqual(tokens(`2${JSON.stringify(packet.data)}`));
      }),
      { numRuns: 10_000 },
    );
    expect(kept).toBeGreaterThan(500);
  });

  // Each is as long as the plainest text would be: what one part saves hides another.
  it.each([
    ["a number that saves what spaces add", candidate.replace('"seq":1,', '"seq":    1e6,')],
    ["a number of the same length", candidate.replace('"seq":1,', '"seq":1e2,')],
    ["a negative zero", candidate.replace('"ack":0', '"ack":-0')],
    ["a number beyond the integers", candidate.replace('"seq":1,', '"seq":1e300,')],
    [
      "a candidate beside a description, whose lines have other lengths",
      `2["offer",{${ids},"candidate":{"sdp":"v=0 and more"},"sdp":"v=0","to":"b"}]`,
    ],
    ["a namespace that looks like a description", `2/x"sdp":"aaaaaaaaaaaa,["offer",{  "to":"a",${ids},"sdp":"v=0"}]`],
    [
      "an escaped name and a prefix as long as what is hidden",
      `2["a-prefix-of-15-offer",{"to":"a",${ids},"\\u0073dp":"v=0"}]`,
    ],
    ["a negative number of the same length", candidate.replace('"seq":1,', '"seq":-1e2,')],
    ["a quote in the description", description.replace("v=0", 'v=\\"')],
    ["a description with an escaped name", description.replace('"sdp"', '"\\u0073dp"')],
    ["a field twice", description.replace('"to":"b"', '"to":"c","to":"b"')],
    ["an unknown field", description.replace('"to":"b"', '"to":"b","x":1')],
    ["an empty link", candidate.replace(/"link":\{[^}]*\}/, '"link":{}')],
    ["a list for an object", candidate.replace(/"link":\{[^}]*\}/, '"link":[]')],
    ["tracks in a list", description.replace('"to":"b"', '"to":"b","tracks":[]')],
    ["an argument more", description.replace("}]", "},1]")],
    ["an ack", description.replace("2[", "27[")],
    ["the main namespace by its name", description.replace("2[", "2/,[")],
    ["a space at the end", `${description} `],
  ])("is not kept with %s", (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it("is not kept with a lone surrogate, which cannot be sent as it is", () => {
    expect(read(description.replace("v=0", "\ud800"))).toBeUndefined();
    expect(read(description.replace("v=0", "\ud83d\ude00"))).toBeDefined();
  });
});
