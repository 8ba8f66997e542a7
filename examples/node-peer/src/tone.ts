import { MediaStreamTrack } from "werift";
import { RtpStream } from "./rtp-stream.js";
import { setSteadyInterval } from "./steady-interval.js";

const sampleRate = 8000;
const packetMs = 20;
const samplesPerPacket = (sampleRate * packetMs) / 1000;
const amplitude = 3000;

/** A track with a quiet tone in G.711 µ-law, which every WebRTC stack supports (RFC 7874 section 3). */
export function playTone(hertz = 440): { track: MediaStreamTrack; stop: () => void } {
  const track = new MediaStreamTrack({ kind: "audio" });
  const stream = new RtpStream(track);
  let sample = 0;
  const stop = setSteadyInterval(packetMs, () => {
    const payload = Buffer.alloc(samplesPerPacket);
    for (let at = 0; at < samplesPerPacket; at += 1)
      payload[at] = toMuLaw(amplitude * Math.sin((2 * Math.PI * hertz * sample++) / sampleRate));
    stream.write([payload], { duration: samplesPerPacket, markLast: false });
  });
  return { track, stop };
}

/** Encodes a 16-bit sample by ITU-T G.711: a sign, three bits of exponent and four of mantissa, all inverted. */
export function toMuLaw(sample: number): number {
  const magnitude = Math.min(Math.abs(Math.round(sample)), 32_635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}
