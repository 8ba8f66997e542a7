import type { Clock } from "../../util/clock.js";
import type { PeerConnection } from "../peer-connection.js";
import { InboundTracks } from "./inbound-tracks.js";
import { bytesReceived, type StatsSampler } from "./stats-sampler.js";

/** Looks in which nothing was heard, after which it is silence. The first of them asks. */
const maxLooks = 3;

export interface PathWatchListener {
  /** Sends anything that the peer's network stack acknowledges. */
  probe(): void;
  /** Nothing has arrived for a while, whatever ICE says. */
  pathStalled(): void;
  /** Something has arrived again. */
  pathRecovered(): void;
  /** A track does not get through, from the peer or to it, while other things do. It is said once. */
  trackStalled(): void;
}

/** What tells of the last packets without asking for statistics; a stack that has no such method is not watched. */
type Receiver = Partial<Pick<RTCRtpReceiver, "getSynchronizationSources">>;

export function reportsPackets(receiver: Receiver): boolean {
  return receiver.getSynchronizationSources !== undefined;
}

/**
 * Notices that a path has died, in little more than a second: ICE takes 5 (Chromium) to 10 (Firefox) to say
 * `disconnected`. While media is played it looks at the time of the last packet; where that stands still it asks the
 * peer for a sign of life and counts the bytes of the whole connection, acknowledgements among them. Where it stands still
 * for one track alone, it looks whether that is the peer's doing.
 */
export class PathWatch {
  readonly #connection: PeerConnection;
  readonly #stats: StatsSampler;
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #restMs: number;
  readonly #isExpected: () => boolean;
  readonly #listener: PathWatchListener;
  readonly #reception = new InboundTracks();
  #stop: (() => void) | undefined;
  #closed = false;
  #lookedAt = 0;
  #packets: readonly number[] = [];
  #bytes = 0;
  #looks = 0;
  #restsUntil = 0;

  /**
   * After `silentMs` without a sound it says so; then not again for `restMs`. `isExpected`: whether the peer sends media,
   * and can be asked for a sign of life.
   */
  constructor(
    connection: PeerConnection,
    stats: StatsSampler,
    clock: Clock,
    { silentMs, restMs }: { silentMs: number; restMs: number },
    isExpected: () => boolean,
    listener: PathWatchListener,
  ) {
    this.#connection = connection;
    this.#stats = stats;
    this.#clock = clock;
    this.#everyMs = silentMs / maxLooks;
    this.#restMs = restMs;
    this.#isExpected = isExpected;
    this.#listener = listener;
  }

  /** Watches while there is media to be heard; to be called whenever there may be some. */
  wake(): void {
    if (this.#stop !== undefined || this.#closed || this.#everyMs === 0) return;
    if (!this.#isExpected() || this.#newestPackets() === undefined) {
      this.#alive();
      return;
    }
    this.#stop = this.#clock.after(this.#everyMs, () => void this.#look());
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
  }

  async #look(): Promise<void> {
    const now = this.#clock.now();
    // A page that was frozen, or is very busy, has heard nothing because it did not listen.
    const dozed = now - this.#lookedAt > 3 * this.#everyMs;
    this.#lookedAt = now;
    const packets = this.#newestPackets() ?? [];
    const stoodStill = (packet: number): boolean => this.#packets.includes(packet);
    const silent = packets.every(stoodStill) && !dozed && this.#isExpected();
    const stats =
      packets.length === 0 || packets.some(stoodStill) ? await this.#stats.ask().catch(() => undefined) : undefined;
    // The connection may have been replaced meanwhile: what is wrong with it is no fault of the next one.
    if (this.#closed) return;
    if (stats !== undefined && this.#reception.fails(stats)) this.#listener.trackStalled();
    if (!silent) this.#alive();
    else {
      const bytes = bytesReceived(stats);
      // It is less than before where ICE has given up a pair of candidates.
      if (this.#looks > 0 && bytes > this.#bytes) this.#alive();
      else if (++this.#looks === 1) this.#listener.probe();
      else if (this.#looks >= maxLooks && now >= this.#restsUntil) {
        this.#restsUntil = now + this.#restMs;
        this.#listener.pathStalled();
      }
      this.#bytes = bytes;
    }
    this.#packets = packets;
    this.#stop = undefined;
    this.wake();
  }

  #alive(): void {
    const wasSilent = this.#looks >= maxLooks;
    this.#looks = 0;
    this.#restsUntil = 0;
    if (wasSilent) this.#listener.pathRecovered();
  }

  /** When the newest packet of each track was played; undefined where that cannot be known. */
  #newestPackets(): number[] | undefined {
    const receivers = this.#connection.getTransceivers().map(({ receiver }): Receiver => receiver);
    const sources = receivers.map((receiver) => receiver.getSynchronizationSources?.());
    if (sources.every((source) => source === undefined)) return undefined;
    return sources.flatMap((source) => (source?.length ? Math.max(...source.map(({ timestamp }) => timestamp)) : []));
  }
}
