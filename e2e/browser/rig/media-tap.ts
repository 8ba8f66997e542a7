import type { Frame } from "./stops.js";

/** The clock of video in RTP (RFC 3551 section 5, RFC 7741 section 4.1). */
const ticksPerMs = 90;

interface Flow {
  packets: number;
  /** Of the newest frame: packets of one frame have the same, and a later one has a higher. */
  timestamp: number;
  readonly frames: Frame[];
}

/** Which stream a datagram is of, as SRTP leaves it in the clear (RFC 3711 section 3.1); undefined where it is none of media. */
export function ssrcOf(datagram: Buffer): number | undefined {
  const version = (datagram[0] ?? 0) >> 6;
  const payloadType = (datagram[1] ?? 0) & 0x7f;
  // STUN and DTLS have other first bytes (RFC 7983), RTCP has types 64 to 95 in this place (RFC 5761 section 4).
  if (datagram.length < 12 || version !== 2 || (payloadType >= 64 && payloadType < 96)) return undefined;
  return datagram.readUInt32BE(8);
}

/**
 * Watches the frames of one direction on the wire, by what SRTP leaves in the clear.
 *
 * When a frame was taken says its timestamp, by the camera's clock. Nothing depends on when a busy machine lets this process
 * or a page run: a callback in the page comes late when the page is busy (with the test's questions, for one), the counters
 * of `getStats` are read by the same page, and the time of arrival here is a matter of this process's turn.
 */
export class MediaTap {
  readonly #flows = new Map<number, Flow>();

  see(datagram: Buffer): void {
    const ssrc = ssrcOf(datagram);
    if (ssrc === undefined) return;
    const timestamp = datagram.readUInt32BE(4);
    const flow = this.#flows.get(ssrc) ?? { packets: 0, timestamp, frames: [{ at: performance.now(), takenMs: 0 }] };
    this.#flows.set(ssrc, flow);
    flow.packets += 1;
    // The difference of two numbers of 32 bits that may wrap: what is sent again is behind.
    const ticks = (timestamp - flow.timestamp) | 0;
    if (ticks <= 0) return;
    flow.frames.push({ at: performance.now(), takenMs: (flow.frames.at(-1)?.takenMs ?? 0) + ticks / ticksPerMs });
    flow.timestamp = timestamp;
  }

  /** The frames of the flow with the most packets among those that are asked for (others are repair and probes). */
  frames(isAsked: (ssrc: number) => boolean): readonly Frame[] {
    const flows = [...this.#flows].filter(([ssrc]) => isAsked(ssrc)).map(([, flow]) => flow);
    return flows.sort((a, b) => b.packets - a.packets)[0]?.frames ?? [];
  }

  /** Waits until another frame has come: how long a picture has stood still is known only then. */
  async nextFrame(isAsked: (ssrc: number) => boolean, timeoutMs = 20_000): Promise<void> {
    const before = this.frames(isAsked).length;
    const end = performance.now() + timeoutMs;
    while (this.frames(isAsked).length <= before) {
      if (performance.now() > end) throw new Error(`No frame came for ${String(timeoutMs)} ms.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
