import { randomInt } from "node:crypto";
import { RtpHeader, RtpPacket, type MediaStreamTrack } from "werift";

/**
 * Writes encoded media to a track as RTP packets (RFC 3550). The sender of each peer sets its own SSRC and payload
 * type.
 */
export class RtpStream {
  readonly #track: MediaStreamTrack;
  #sequenceNumber = randomInt(2 ** 16);
  #timestamp = randomInt(2 ** 32);

  constructor(track: MediaStreamTrack) {
    this.#track = track;
  }

  /**
   * Writes the packets of one frame. `duration` is in ticks of the codec's clock; `markLast` sets the marker of the
   * last packet.
   */
  write(payloads: readonly Buffer[], { duration, markLast }: { duration: number; markLast: boolean }): void {
    for (const [index, payload] of payloads.entries()) {
      const header = new RtpHeader({
        version: 2,
        sequenceNumber: this.#sequenceNumber,
        timestamp: this.#timestamp,
        marker: markLast && index === payloads.length - 1,
      });
      this.#sequenceNumber = (this.#sequenceNumber + 1) % 2 ** 16;
      this.#track.writeRtp(new RtpPacket(header, payload));
    }
    this.#timestamp = (this.#timestamp + duration) % 2 ** 32;
  }
}
