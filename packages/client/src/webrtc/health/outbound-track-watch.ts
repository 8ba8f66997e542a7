import { outboundCheckMs } from "../../negotiation/time-constants.js";
import type { Clock } from "../../util/clock.js";
import { OutboundTracks } from "./outbound-tracks.js";
import { trackStalled, type PathWatchListener } from "./path-watch.js";
import { bytesReceived } from "./bytes-received.js";
import type { StatsSampler } from "./stats-sampler.js";

type Listener = Pick<PathWatchListener, "probe" | "recover">;

/**
 * Checks now and then whether what we send is received. A stack that reports no packets is not watched, as in
 * `PathWatch`.
 */
export class OutboundTrackWatch {
  readonly #stats: StatsSampler;
  readonly #clock: Clock;
  readonly #isExpected: () => boolean;
  readonly #listener: Listener;
  readonly #tracks = new OutboundTracks();
  #stop: (() => void) | undefined;
  #closed = false;
  #bytes = Infinity;

  /** `isExpected`: whether media is sent and the peer answers a probe. */
  constructor(stats: StatsSampler, clock: Clock, isExpected: () => boolean, listener: Listener) {
    this.#stats = stats;
    this.#clock = clock;
    this.#isExpected = isExpected;
    this.#listener = listener;
  }

  /** Watches while something is sent; to be called whenever that may have begun. */
  wake(): void {
    if (!this.#closed && this.#isExpected())
      this.#stop ??= this.#clock.after(outboundCheckMs, () => void this.#check());
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
  }

  async #check(): Promise<void> {
    const stats = await this.#stats.ask().catch(() => undefined);
    // The connection may have been replaced meanwhile: its faults are not those of the next one.
    if (this.#closed || stats === undefined) return;
    this.#stop = undefined;
    const bytes = bytesReceived(stats);
    const others = bytes > this.#bytes;
    this.#bytes = bytes;
    const health = this.#tracks.check(stats, others);
    if (health === "stalled") {
      this.#closed = true;
      this.#listener.recover(trackStalled);
    }
    // A peer that sends nothing has something to acknowledge by the next check.
    else if (health === "unreported" && !others) this.#listener.probe();
    this.wake();
  }
}
