import { MediaStreamTrack } from "werift";
import type { IvfFile } from "./ivf.js";
import { RtpStream } from "./rtp-stream.js";
import { setSteadyInterval } from "./steady-interval.js";

/** The RTP clock of video, in ticks per second. */
const clockRate = 90_000;

/** Bytes. With the headers of SRTP, UDP and TURN, it fits into one packet on every network. */
const maxPayload = 1100;

/** A track that repeats the frames of a file. All of them are key frames, so that no peer has to request one. */
export function playVideo({ frames, frameRate }: IvfFile): { track: MediaStreamTrack; stop: () => void } {
  const track = new MediaStreamTrack({ kind: "video" });
  const stream = new RtpStream(track);
  let next = 0;
  const stop = setSteadyInterval(1000 / frameRate, () => {
    const frame = frames[next++ % frames.length];
    if (frame !== undefined) stream.write(packetize(frame), { duration: clockRate / frameRate, markLast: true });
  });
  return { track, stop };
}

/** Splits one VP8 frame into RTP payloads with the shortest payload descriptor (RFC 7741 section 4.2). */
export function packetize(frame: Buffer): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = 0; at < frame.length; at += maxPayload) {
    const startOfPartition = at === 0 ? 0x10 : 0;
    payloads.push(Buffer.concat([Buffer.of(startOfPartition), frame.subarray(at, at + maxPayload)]));
  }
  return payloads;
}
