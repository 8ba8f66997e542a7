/** The clock of video in RTP (RFC 3551 section 5, RFC 7741 section 4.1). */
const ticksPerMs = 90;

/** Two frames that followed each other, with more time between them than `notedMs`. */
interface Step {
  /** When the second of them came, by `performance.now()`. */
  readonly at: number;
  readonly ms: number;
}

/** Frames that come 30 times a second are this far apart. */
const frameMs = 1000 / 30;
const notedMs = 1.5 * frameMs;

/**
 * The times in milliseconds for which a picture stood still longer than `maxMs`, less those in which another one of the same
 * camera did so too, and as long: then it was the camera, or the machine, that stopped.
 */
export function stopsOfItsOwn(steps: readonly Step[], others: readonly Step[], maxMs: number): number[] {
  const isShared = ({ at, ms }: Step): boolean => others.some((other) => Math.abs(other.at - at) < maxMs && other.ms > ms - 1.5 * frameMs);
  return steps.filter((step) => step.ms > maxMs && !isShared(step)).map(({ ms }) => ms);
}

interface Flow {
  packets: number;
  /** Of the newest frame: packets of one frame have the same, and a later one has a higher. */
  timestamp: number;
  readonly steps: Step[];
}

/**
 * Watches the frames of one direction on the wire. It reads what SRTP leaves in the clear (RFC 3711 section 3.1): payload
 * type, timestamp and SSRC.
 *
 * How long a picture stood still is read from the frames that arrived: the timestamp of each says when it was taken, by the
 * sender's clock. Where the path, the connection or the sender drops frames, the next one that arrives is that much later.
 * Nothing is subtracted, and nothing depends on when a busy machine lets this process or a page run: a callback in the page
 * comes late when the page is busy (with the test's questions, for one), the counters of `getStats` are read by the same
 * page, and the time of arrival here is a matter of this process's turn.
 */
export class MediaTap {
  readonly #flows = new Map<number, Flow>();

  see(datagram: Buffer): void {
    const version = (datagram[0] ?? 0) >> 6;
    const payloadType = (datagram[1] ?? 0) & 0x7f;
    // STUN and DTLS have other first bytes (RFC 7983), RTCP has types 64 to 95 in this place (RFC 5761 section 4).
    if (datagram.length < 12 || version !== 2 || (payloadType >= 64 && payloadType < 96)) return;
    const timestamp = datagram.readUInt32BE(4);
    const ssrc = datagram.readUInt32BE(8);
    const flow = this.#flows.get(ssrc);
    if (flow === undefined) {
      this.#flows.set(ssrc, { packets: 1, timestamp, steps: [] });
      return;
    }
    flow.packets += 1;
    // The difference of two numbers of 32 bits that may wrap: what is sent again is behind.
    const step = (timestamp - flow.timestamp) | 0;
    if (step <= 0) return;
    const ms = step / ticksPerMs;
    if (ms > notedMs) flow.steps.push({ at: performance.now(), ms });
    flow.timestamp = timestamp;
  }

  /** The longer steps of the flow with the most packets among those that are asked for (others are repair and probes). */
  steps(isAsked: (ssrc: number) => boolean): readonly Step[] {
    return this.#main(isAsked)?.steps ?? [];
  }

  /** Waits until another frame has come: a picture that stands still now has a step only then. */
  async nextFrame(isAsked: (ssrc: number) => boolean = () => true, timeoutMs = 20_000): Promise<void> {
    const timestamp = this.#main(isAsked)?.timestamp;
    const end = performance.now() + timeoutMs;
    while (this.#main(isAsked)?.timestamp === timestamp) {
      if (performance.now() > end) throw new Error(`No frame came for ${String(timeoutMs)} ms.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #main(isAsked: (ssrc: number) => boolean): Flow | undefined {
    const flows = [...this.#flows].filter(([ssrc]) => isAsked(ssrc)).map(([, flow]) => flow);
    return flows.sort((a, b) => b.packets - a.packets)[0];
  }
}
