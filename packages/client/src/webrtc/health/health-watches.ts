import type { Clock } from "../../util/clock.js";
import type { PeerConnection } from "../peer-connection.js";
import { OutboundTrackWatch } from "./outbound-track-watch.js";
import { PathWatch, reportsPackets, type PathWatchListener } from "./path-watch.js";
import type { StatsSampler } from "./stats-sampler.js";

/** What the watches need of the connection. */
export interface WatchedConnection {
  readonly connection: PeerConnection;
  readonly stats: StatsSampler;
  readonly connected: boolean;
  /** Whether the peer sends media. */
  readonly receivesMedia: boolean;
}

export interface HealthListener extends PathWatchListener {
  /** Whether the peer answers a probe. */
  readonly canProbe: boolean;
}

/** Watches a connection that was connected: its path, the tracks of the peer, and ours. Loaded when it is connected. */
export class HealthWatches {
  readonly #path: PathWatch;
  readonly #outbound: OutboundTrackWatch;

  /** `silentMs` without a packet is a stalled path; it is not reported again for `restMs`. */
  constructor(
    watched: WatchedConnection,
    clock: Clock,
    times: { silentMs: number; restMs: number },
    listener: HealthListener,
  ) {
    const { connection, stats } = watched;
    const receives = (): boolean => watched.receivesMedia && listener.canProbe;
    const sends = (): boolean => watched.connected && listener.canProbe && sendsMedia(connection);
    this.#path = new PathWatch(connection, stats, clock, times, receives, listener);
    this.#outbound = new OutboundTrackWatch(stats, clock, sends, listener);
  }

  /** Watches where there is something to watch; to be called whenever that may have changed. */
  wake(): void {
    this.#path.wake();
    this.#outbound.wake();
  }

  close(): void {
    this.#path.close();
    this.#outbound.close();
  }
}

/** Whether media is sent that the peer's stack sends reports for. */
function sendsMedia(connection: PeerConnection): boolean {
  return connection.getTransceivers().some(({ sender, receiver }) => sender.track != null && reportsPackets(receiver));
}
