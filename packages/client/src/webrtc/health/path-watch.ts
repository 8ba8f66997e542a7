import { bytesReceived } from "./bytes-received.js";
import { pathChecks } from "../../negotiation/time-constants.js";
import { RepeatedCheck } from "./repeated-check.js";
import { InboundTracks } from "./inbound-tracks.js";
import type { RecoveryInput } from "../../negotiation/recovery.js";
import type { Clock } from "../../util/clock.js";
import type { PeerConnection } from "../peer-connection.js";
import type { StatsSampler } from "./stats-sampler.js";

export interface PathWatchListener {
  /** Send anything that the peer's network stack acknowledges. */
  probe(): void;
  /** `path-stalled`: nothing has arrived for a while, whatever ICE reports. `path-recovered`: packets arrive again. */
  recover(input: RecoveryInput): void;
}

/** A track does not arrive, at the peer or here, while other packets do. Reported once. */
export const trackStalled: RecoveryInput = { type: "stuck", cause: "A track does not get through." };

/** Reports the last packets without statistics. A stack without this method is not watched. */
type Receiver = Partial<Pick<RTCRtpReceiver, "getSynchronizationSources">>;

export function reportsPackets(receiver: Receiver): boolean {
  return receiver.getSynchronizationSources !== undefined;
}

/**
 * Notices a dead path in little more than a second: ICE takes 5 s (Chromium) to 10 s (Firefox) to report
 * `disconnected`. While media is received it checks the time of the last packet. If that stands still it probes the
 * peer and counts the bytes of the whole connection, acknowledgements included. If one track alone stands still, it
 * checks the sender reports.
 */
export class PathWatch {
  readonly #connection: PeerConnection;
  readonly #stats: StatsSampler;
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #check: RepeatedCheck;
  readonly #restMs: number;
  readonly #isExpected: () => boolean;
  readonly #listener: PathWatchListener;
  readonly #tracks = new InboundTracks();
  #checkedAt = 0;
  #packets: readonly number[] = [];
  #bytes = 0;
  #checks = 0;
  #quietUntil = 0;

  /**
   * Reports a stall after `silentMs` without a packet, and not again for `restMs`. `isExpected`: whether the peer sends
   * media and answers a probe.
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
    this.#everyMs = silentMs / pathChecks;
    this.#restMs = restMs;
    this.#isExpected = isExpected;
    this.#listener = listener;
    this.#check = new RepeatedCheck(
      clock,
      this.#everyMs,
      () => this.#isDue(),
      () => this.#look(),
    );
    if (silentMs === 0) this.#check.close();
  }

  /** Watches while media is received; to be called whenever that may have begun. */
  wake(): void {
    this.#check.wake();
  }

  close(): void {
    this.#check.close();
  }

  #isDue(): boolean {
    const isDue = this.#isExpected() && this.#newestPackets() !== undefined;
    if (!isDue) this.#recovered();
    return isDue;
  }

  async #look(): Promise<void> {
    const now = this.#clock.now();
    // A page that was frozen or is very busy has received nothing because it did not run.
    const slept = now - this.#checkedAt > 3 * this.#everyMs;
    this.#checkedAt = now;
    const packets = this.#newestPackets() ?? [];
    const stoodStill = (packet: number): boolean => this.#packets.includes(packet);
    const stalled = packets.every(stoodStill) && !slept && this.#isExpected();
    const stats =
      packets.length === 0 || packets.some(stoodStill) ? await this.#stats.ask().catch(() => undefined) : undefined;
    // The connection may have been replaced meanwhile: its faults are not those of the next one.
    if (this.#check.closed) return;
    if (stats !== undefined && this.#tracks.hasStalled(stats)) this.#listener.recover(trackStalled);
    if (!stalled) this.#recovered();
    else {
      const bytes = bytesReceived(stats);
      // The sum is smaller than before where ICE has dropped a candidate pair.
      if (this.#checks > 0 && bytes > this.#bytes) this.#recovered();
      else if (++this.#checks === 1) this.#listener.probe();
      else if (this.#checks >= pathChecks && now >= this.#quietUntil) {
        this.#quietUntil = now + this.#restMs;
        this.#listener.recover({ type: "path-stalled" });
      }
      this.#bytes = bytes;
    }
    this.#packets = packets;
  }

  #recovered(): void {
    const wasStalled = this.#checks >= pathChecks;
    this.#checks = 0;
    this.#quietUntil = 0;
    if (wasStalled) this.#listener.recover({ type: "path-recovered" });
  }

  /** When the newest packet of each track was played; undefined if the stack does not report it. */
  #newestPackets(): number[] | undefined {
    const receivers = this.#connection.getTransceivers().map(({ receiver }): Receiver => receiver);
    const sources = receivers.map((receiver) => receiver.getSynchronizationSources?.());
    if (sources.every((source) => source === undefined)) return undefined;
    return sources.flatMap((source) => (source?.length ? Math.max(...source.map(({ timestamp }) => timestamp)) : []));
  }
}
