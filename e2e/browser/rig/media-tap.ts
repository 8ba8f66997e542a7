import { until } from "../../support/until.js";
import type { Frame } from "./freezes.js";

/** The RTP clock of video (RFC 3551 section 5, RFC 7741 section 4.1). */
const ticksPerMs = 90;

interface Flow {
  packets: number;
  /** Of the newest frame: all packets of a frame have the same, and later frames have higher ones. */
  timestamp: number;
  readonly frames: Frame[];
}

/** The SSRC of a media datagram, which SRTP does not encrypt (RFC 3711 section 3.1); undefined for other datagrams. */
export function ssrcOf(datagram: Buffer): number | undefined {
  const version = (datagram[0] ?? 0) >> 6;
  const payloadType = (datagram[1] ?? 0) & 0x7f;
  // STUN and DTLS have other first bytes (RFC 7983), RTCP has types 64 to 95 in this place (RFC 5761 section 4).
  if (datagram.length < 12 || version !== 2 || (payloadType >= 64 && payloadType < 96)) return undefined;
  return datagram.readUInt32BE(8);
}

/**
 * Records the video frames of one direction on the wire, from the part of SRTP that is not encrypted.
 *
 * The RTP timestamp says when a frame was captured, by the camera's clock. Times from inside a page or of arrival here
 * would depend on when a busy machine schedules the page or this process.
 */
export class MediaTap {
  readonly #flows = new Map<number, Flow>();

  record(datagram: Buffer): void {
    const ssrc = ssrcOf(datagram);
    if (ssrc === undefined) return;
    const timestamp = datagram.readUInt32BE(4);
    const flow = this.#flows.get(ssrc) ?? { packets: 0, timestamp, frames: [{ at: performance.now(), capturedMs: 0 }] };
    this.#flows.set(ssrc, flow);
    flow.packets += 1;
    // The difference of two 32-bit numbers that may wrap. Retransmitted packets are older.
    const ticks = (timestamp - flow.timestamp) | 0;
    if (ticks <= 0) return;
    flow.frames.push({
      at: performance.now(),
      capturedMs: (flow.frames.at(-1)?.capturedMs ?? 0) + ticks / ticksPerMs,
    });
    flow.timestamp = timestamp;
  }

  /** The frames of the flow with the most packets among the selected SSRCs; the others are repair and probes. */
  frames(isSelected: (ssrc: number) => boolean): readonly Frame[] {
    const flows = [...this.#flows].filter(([ssrc]) => isSelected(ssrc)).map(([, flow]) => flow);
    return flows.sort((a, b) => b.packets - a.packets)[0]?.frames ?? [];
  }

  /** Waits for one more frame: only then the length of a freeze is known. */
  async nextFrame(isSelected: (ssrc: number) => boolean, timeoutMs?: number): Promise<void> {
    const before = this.frames(isSelected).length;
    await until("a frame", () => Promise.resolve(this.frames(isSelected).length > before), timeoutMs, 5);
  }
}
