import { Decoder } from "socket.io-parser";
import { expect } from "vitest";

/** A packet as the receiver's own decoder reads it. */
function decoded(text: string): unknown {
  let packet: unknown;
  const decoder = new Decoder();
  decoder.on("decoded", (value) => {
    packet = value;
  });
  decoder.add(text);
  return packet;
}

/**
 * Every token of a text, strings without their escapes, in an order of their own. Two texts have the same ones if they
 * differ in the order of fields and in the way that characters are escaped, and in nothing else: a field that is there
 * twice, a space or a number like 1e2 shows, also to a decoder that is not JSON.parse.
 */
export function tokens(text: string): string[] {
  const found = text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|\s+|[^\s"{}[\]:,]+/g) ?? [];
  return found.map((token) => (token.startsWith('"') ? `"${JSON.parse(token) as string}` : token)).sort();
}

/** Checks that a receiver cannot tell what it got from two servers apart, but for the order of fields in an object. */
export function expectSame(fast: readonly string[], plain: readonly string[], label?: string): void {
  expect(fast.map(decoded), label).toStrictEqual(plain.map(decoded));
  expect(fast.map(tokens), label).toEqual(plain.map(tokens));
}
