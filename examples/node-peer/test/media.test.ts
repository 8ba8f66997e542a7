import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readIvf } from "../src/ivf.js";
import { packetize } from "../src/picture.js";
import { toMuLaw } from "../src/tone.js";

const sample = readFileSync(new URL("../sample/moving-bar.ivf", import.meta.url));

describe("The pictures of the sample", () => {
  const { pictures, picturesPerSecond } = readIvf(sample);

  it("are two seconds of VP8 key frames of 160 by 120, as RFC 6386 section 9.1 has them", () => {
    expect([pictures.length, picturesPerSecond]).toEqual([20, 10]);
    for (const picture of pictures) {
      expect(picture.readUInt8(0) & 1).toBe(0);
      expect(picture.toString("hex", 3, 6)).toBe("9d012a");
      expect([picture.readUInt16LE(6) & 0x3fff, picture.readUInt16LE(8) & 0x3fff]).toEqual([160, 120]);
    }
  });

  it("differ from one to the next", () => {
    expect(new Set(pictures.map((picture) => picture.toString("hex"))).size).toBe(pictures.length);
  });
});

describe("A file that is none", () => {
  it.each([
    ["is empty", Buffer.alloc(0), /no IVF/],
    ["is something else", Buffer.from("RIFF".padEnd(40)), /no IVF/],
    ["holds another codec", Buffer.concat([sample.subarray(0, 8), Buffer.from("VP90"), sample.subarray(12)]), /VP90/],
    ["ends in a picture", sample.subarray(0, 60), /middle of a picture/],
    ["has a header alone", sample.subarray(0, 32), /no picture/],
    [
      "has no pictures in a second",
      Buffer.concat([sample.subarray(0, 16), Buffer.alloc(4), sample.subarray(20)]),
      /pictures a second/,
    ],
    [
      "counts time in nothing",
      Buffer.concat([sample.subarray(0, 20), Buffer.alloc(4), sample.subarray(24)]),
      /pictures a second/,
    ],
  ])("is refused in words when it %s", (_how, file, words) => {
    expect(() => readIvf(file)).toThrow(words);
  });
});

describe("A picture that is sent", () => {
  it("is cut into pieces that fit into packets, of which the first says that it is the first", () => {
    const picture = Buffer.from(Array.from({ length: 2500 }, (_, at) => at % 251));
    const payloads = packetize(picture);
    expect(payloads.map((payload) => payload[0])).toEqual([0x10, 0, 0]);
    expect(Buffer.concat(payloads.map((payload) => payload.subarray(1)))).toEqual(picture);
    expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThan(1200);
  });
});

describe("A sample of sound", () => {
  it.each([
    [0, 0xff],
    [8, 0xfe],
    [-8, 0x7e],
    [1000, 0xce],
    [32_767, 0x80],
    [-32_768, 0x00],
  ])("of %i is %i as G.711 has it", (sample, code) => {
    expect(toMuLaw(sample)).toBe(code);
  });
});
