import type { Settings } from "../../options.js";
import { sendKeyFrames } from "../media/key-frames.js";
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

/**
 * Watches a connection that was connected: its path, the tracks of the peer, and ours; and sends key frames on a new
 * path. Loaded when it is connected.
 */
export class HealthWatches {
  readonly #connection: PeerConnection;
  readonly #path: PathWatch;
  readonly #outbound: OutboundTrackWatch;

  #iceTransport: RTCIceTransport | undefined;

  /** `silentMs` without a packet is a stalled path; it is not reported again before a restart has had its time. */
  constructor(
    watched: WatchedConnection,
    { clock, recovery }: Pick<Settings, "clock" | "recovery">,
    listener: HealthListener,
  ) {
    const { connection, stats } = watched;
    const times = { silentMs: recovery.silentMs, restMs: recovery.restartMs };
    this.#connection = connection;
    const receives = (): boolean => watched.receivesMedia && listener.canProbe;
    const sends = (): boolean => watched.connected && listener.canProbe && sendsMedia(connection);
    this.#path = new PathWatch(connection, stats, clock, times, receives, listener);
    this.#outbound = new OutboundTrackWatch(stats, clock, sends, listener);
  }

  /** The connection is connected, for the first time or again. */
  connected(): void {
    sendKeyFrames(this.#connection);
    const ice = this.#connection.getTransceivers().find(({ sender }) => sender.transport != null)?.sender
      .transport?.iceTransport;
    if (ice !== this.#iceTransport) {
      this.#iceTransport = ice;
      // Frames sent on the old path may be lost.
      ice?.addEventListener("selectedcandidatepairchange", () => sendKeyFrames(this.#connection));
    }
    this.wake();
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
