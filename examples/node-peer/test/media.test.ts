import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readIvf } from "../src/ivf.js";
import { toMuLaw } from "../src/tone.js";
import { packetize } from "../src/video.js";

const sample = readFileSync(new URL("../sample/moving-bar.ivf", import.meta.url));

describe("The sample", () => {
  const { frames, frameRate } = readIvf(sample);

  it("holds two seconds of VP8 key frames of 160 by 120 pixels (RFC 6386 section 9.1)", () => {
    expect([frames.length, frameRate]).toEqual([20, 10]);
    for (const frame of frames) {
      expect(frame.readUInt8(0) & 1).toBe(0);
      expect(frame.toString("hex", 3, 6)).toBe("9d012a");
      expect([frame.readUInt16LE(6) & 0x3fff, frame.readUInt16LE(8) & 0x3fff]).toEqual([160, 120]);
    }
  });

  it("has no two equal frames", () => {
    expect(new Set(frames.map((frame) => frame.toString("hex"))).size).toBe(frames.length);
  });
});

describe("An invalid IVF file", () => {
  it.each([
    ["is empty", Buffer.alloc(0), /Not an IVF file/],
    ["is something else", Buffer.from("RIFF".padEnd(40)), /Not an IVF file/],
    ["holds another codec", Buffer.concat([sample.subarray(0, 8), Buffer.from("VP90"), sample.subarray(12)]), /VP90/],
    ["ends in a frame", sample.subarray(0, 60), /middle of a frame/],
    ["has no frames", sample.subarray(0, 32), /no frames/],
    [
      "has a frame rate of 0",
      Buffer.concat([sample.subarray(0, 16), Buffer.alloc(4), sample.subarray(20)]),
      /frame rate/,
    ],
    [
      "has a time base of 0",
      Buffer.concat([sample.subarray(0, 20), Buffer.alloc(4), sample.subarray(24)]),
      /frame rate/,
    ],
  ])("throws an error when it %s", (_how, file, message) => {
    expect(() => readIvf(file)).toThrow(message);
  });
});

describe("A frame that is sent", () => {
  it("is split into payloads that fit into packets, and the first one is marked", () => {
    const frame = Buffer.from(Array.from({ length: 2500 }, (_, at) => at % 251));
    const payloads = packetize(frame);
    expect(payloads.map((payload) => payload[0])).toEqual([0x10, 0, 0]);
    expect(Buffer.concat(payloads.map((payload) => payload.subarray(1)))).toEqual(frame);
    expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThan(1200);
  });
});

describe("A sample of audio", () => {
  it.each([
    [0, 0xff],
    [8, 0xfe],
    [-8, 0x7e],
    [1000, 0xce],
    [32_767, 0x80],
    [-32_768, 0x00],
  ])("of %i is encoded as %i by G.711", (sample, code) => {
    expect(toMuLaw(sample)).toBe(code);
  });
});
