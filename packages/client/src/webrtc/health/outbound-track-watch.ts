import { RepeatedCheck } from "./repeated-check.js";
import { trackStalled, type PathWatchListener } from "./path-watch.js";
import { OutboundTracks } from "./outbound-tracks.js";
import { outboundCheckMs } from "../../negotiation/time-constants.js";
import { bytesReceived } from "./bytes-received.js";
import type { Clock } from "../../util/clock.js";
import type { StatsSampler } from "./stats-sampler.js";

type Listener = Pick<PathWatchListener, "probe" | "recover">;

/**
 * Checks now and then whether what we send is received. A stack that reports no packets is not watched, as in
 * `PathWatch`.
 */
export class OutboundTrackWatch {
  readonly #stats: StatsSampler;
  readonly #listener: Listener;
  readonly #onCheck: () => void;
  readonly #tracks = new OutboundTracks();
  readonly #checks: RepeatedCheck;
  #bytes = Infinity;

  /** `isExpected`: whether media is sent and the peer answers a probe. `onCheck` is called before each check. */
  constructor(
    stats: StatsSampler,
    clock: Clock,
    isExpected: () => boolean,
    listener: Listener,
    onCheck = (): void => undefined,
  ) {
    this.#stats = stats;
    this.#onCheck = onCheck;
    this.#listener = listener;
    this.#checks = new RepeatedCheck(clock, outboundCheckMs, isExpected, () => this.#check());
  }

  /** Watches while something is sent; to be called whenever that may have begun. */
  wake(): void {
    this.#checks.wake();
  }

  close(): void {
    this.#checks.close();
  }

  async #check(): Promise<void> {
    this.#onCheck();
    const stats = await this.#stats.ask();
    // The connection may have been replaced meanwhile: its faults are not those of the next one.
    if (this.#checks.closed || stats === undefined) return;
    const bytes = bytesReceived(stats);
    const others = bytes > this.#bytes;
    this.#bytes = bytes;
    const health = this.#tracks.check(stats, others);
    if (health === "stalled") {
      this.#checks.close();
      this.#listener.recover(trackStalled);
    }
    // A peer that sends nothing has something to acknowledge by the next check.
    else if (health === "unreported" && !others) this.#listener.probe();
  }
}
