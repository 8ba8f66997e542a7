import { randomInt } from "node:crypto";
import { RtpHeader, RtpPacket, type MediaStreamTrack } from "werift";

/** Writes what is to be heard or seen into a track, as RTP (RFC 3550). The sender of each peer puts its own SSRC and payload type in. */
export class RtpStream {
  readonly #track: MediaStreamTrack;
  #sequenceNumber = randomInt(2 ** 16);
  #timestamp = randomInt(2 ** 32);

  constructor(track: MediaStreamTrack) {
    this.#track = track;
  }

  /** The packets of one moment: a picture, or a piece of sound. `lasts` is in ticks of the codec's clock. */
  write(payloads: readonly Buffer[], { lasts, marksLast }: { lasts: number; marksLast: boolean }): void {
    for (const [index, payload] of payloads.entries()) {
      const header = new RtpHeader({
        version: 2,
        sequenceNumber: this.#sequenceNumber,
        timestamp: this.#timestamp,
        marker: marksLast && index === payloads.length - 1,
      });
      this.#sequenceNumber = (this.#sequenceNumber + 1) % 2 ** 16;
      this.#track.writeRtp(new RtpPacket(header, payload));
    }
    this.#timestamp = (this.#timestamp + lasts) % 2 ** 32;
  }
}
