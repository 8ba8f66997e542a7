import { MediaStreamTrack } from "werift";
import { every } from "./every.js";
import { RtpStream } from "./rtp-stream.js";

const samplesPerSecond = 8000;
const packetMs = 20;
const samplesPerPacket = (samplesPerSecond * packetMs) / 1000;

/** A track with a soft tone, as G.711 µ-law, which every WebRTC stack understands (RFC 7874 section 3). */
export function playTone(hertz = 440): { track: MediaStreamTrack; stop: () => void } {
  const track = new MediaStreamTrack({ kind: "audio" });
  const stream = new RtpStream(track);
  let played = 0;
  const stop = every(packetMs, () => {
    const samples = Buffer.alloc(samplesPerPacket);
    for (let at = 0; at < samplesPerPacket; at += 1)
      samples[at] = toMuLaw(3000 * Math.sin((2 * Math.PI * hertz * played++) / samplesPerSecond));
    stream.write([samples], { lasts: samplesPerPacket, marksLast: false });
  });
  return { track, stop };
}

/** A sample of 16 bits as ITU-T G.711 has it: a sign, three bits for the octave of loudness, and four within it, all inverted. */
export function toMuLaw(sample: number): number {
  const loudness = Math.min(Math.abs(Math.round(sample)), 32_635) + 132;
  const octave = Math.floor(Math.log2(loudness)) - 7;
  const step = (loudness >> (octave + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (octave << 4) | step) & 0xff;
}
