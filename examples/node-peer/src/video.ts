import { MediaStreamTrack } from "werift";
import type { IvfFile } from "./ivf.js";
import { every } from "./every.js";
import { RtpStream } from "./rtp-stream.js";

/** Ticks in a second of video over RTP. */
const clockRate = 90_000;

/** Below what every network carries in one packet, with room for the headers of SRTP, UDP and TURN. */
const maxPayload = 1100;

/** A track that shows the pictures of a file over and over. The file has only key frames, so that nobody has to ask for one. */
export function playPictures({ pictures, picturesPerSecond }: IvfFile): { track: MediaStreamTrack; stop: () => void } {
  const track = new MediaStreamTrack({ kind: "video" });
  const stream = new RtpStream(track);
  let next = 0;
  const stop = every(1000 / picturesPerSecond, () => {
    const picture = pictures[next++ % pictures.length];
    if (picture !== undefined)
      stream.write(packetize(picture), { lasts: clockRate / picturesPerSecond, marksLast: true });
  });
  return { track, stop };
}

/** One VP8 picture as RTP payloads, each behind the shortest payload descriptor that there is (RFC 7741 section 4.2). */
export function packetize(picture: Buffer): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = 0; at < picture.length; at += maxPayload) {
    const startsPartition = at === 0 ? 0x10 : 0;
    payloads.push(Buffer.concat([Buffer.of(startsPartition), picture.subarray(at, at + maxPayload)]));
  }
  return payloads;
}
