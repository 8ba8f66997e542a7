import type { Clock } from "../../util/clock.js";
import { OutboundTracks } from "./outbound-tracks.js";
import type { PathWatchListener } from "./path-watch.js";
import { bytesReceived, type StatsSampler } from "./stats-sampler.js";

type Listener = Pick<PathWatchListener, "probe" | "trackStalled">;

/** As often as it takes to know a stream that is reported of once in a second from one that is not. */
const everyMs = 2000;

/** Looks now and then whether what we send is received. A stack that does not tell of packets is not watched, as in `PathWatch`. */
export class OutboundTrackWatch {
  readonly #statistics: StatsSampler;
  readonly #clock: Clock;
  readonly #isExpected: () => boolean;
  readonly #listener: Listener;
  readonly #delivery = new OutboundTracks();
  #stop: (() => void) | undefined;
  #closed = false;
  #bytes = Infinity;

  /** `isExpected`: whether media is sent, and the peer can be asked for a sign of life. */
  constructor(statistics: StatsSampler, clock: Clock, isExpected: () => boolean, listener: Listener) {
    this.#statistics = statistics;
    this.#clock = clock;
    this.#isExpected = isExpected;
    this.#listener = listener;
  }

  /** Watches while something is sent; to be called whenever that may be. */
  wake(): void {
    if (!this.#closed && this.#isExpected()) this.#stop ??= this.#clock.after(everyMs, () => void this.#look());
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
  }

  async #look(): Promise<void> {
    const stats = await this.#statistics.ask().catch(() => undefined);
    // The connection may have been replaced meanwhile: what is wrong with it is no fault of the next one.
    if (this.#closed || stats === undefined) return;
    this.#stop = undefined;
    const bytes = bytesReceived(stats);
    const others = bytes > this.#bytes;
    this.#bytes = bytes;
    const verdict = this.#delivery.look(stats, others);
    if (verdict === "fail") {
      this.#closed = true;
      this.#listener.trackStalled();
    }
    // A peer that has nothing to send has something to acknowledge by the next look.
    else if (verdict === "unreported" && !others) this.#listener.probe();
    this.wake();
  }
}
