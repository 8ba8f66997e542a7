import { describe, expect, it } from "vitest";
import { readJson } from "./read-json.js";

const read = (text: string) => readJson(Buffer.from(text));

describe("readJson", () => {
  it.each<[string, string, unknown]>([
    ["plain JSON", '{"type":"config"}', { type: "config" }],
    ["null", "null", null],
    ["false", "false", false],
    ["the NUL that ends a string in C", '{"type":"config"}\0', { type: "config" }],
    ["several of them", "1\0\0\0", 1],
    ["raw line ends in a string", '{\n"sdp":"v=0\r\ns=-\n\ta"\n}', { sdp: "v=0\r\ns=-\n\ta" }],
    ["raw line ends beside escaped ones and quotes", '{"a":"x\\n\n\\"\r"}', { a: 'x\n\n"\r' }],
    ["a raw line end after a backslash", '{"a":"x\\\\\ny"}', { a: "x\\\ny" }],
  ])("reads %s", (_what, text, value) => {
    expect(read(text)).toEqual({ ok: true, value });
  });

  it.each([
    ["an empty text", ""],
    ["NUL alone", "\0"],
    ["a NUL in the middle", '{"a"\0:1}'],
    ["half a text", '{"a":'],
    ["a string without an end", '{"a":"x\n'],
    ["two texts", "{}{}"],
    ["an escaped line end outside a string", "{\\n}"],
  ])("does not read %s", (_what, text) => {
    expect(read(text)).toEqual({ ok: false, isUtf8: true });
  });

  it("does not read bytes that are not UTF-8", () => {
    expect(readJson(new Uint8Array([0x22, 0xc3, 0x28, 0x22]))).toEqual({ ok: false, isUtf8: false });
  });

  it("reads a whole frame of quotes and backslashes in one pass", () => {
    for (const part of ['"', "\\", '\\"', '"\\', '"\n'])
      expect(read(part.repeat(160_000)), part).toEqual({ ok: false, isUtf8: true });
  });
});
