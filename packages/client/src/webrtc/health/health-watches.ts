import { sendKeyFrames } from "../media/key-frames.js";
import { PathWatch, reportsPackets, type PathWatchListener } from "./path-watch.js";
import { OutboundTrackWatch } from "./outbound-track-watch.js";
import type { Settings } from "../../options.js";
import type { PeerConnection } from "../peer-connection.js";
import type { StatsSampler } from "./stats-sampler.js";

/** What the watches need of the connection. */
export interface WatchedConnection {
  readonly connection: PeerConnection;
  readonly stats: StatsSampler;
  readonly connected: boolean;
  /** The media that the peer sends. */
  readonly incoming: { readonly some: boolean };
}

export interface HealthListener extends Pick<PathWatchListener, "recover"> {
  /** Whether the peer counts messages, and so answers an acknowledgement. */
  readonly counts: boolean;
  readonly localMedia: {
    readonly messages: { readonly open: boolean; acknowledge(): void };
    update(): void;
  };
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
    const { localMedia } = listener;
    const canProbe = (): boolean => listener.counts && localMedia.messages.open;
    const receives = (): boolean => watched.incoming.some && canProbe();
    const sends = (): boolean => watched.connected && canProbe() && sendsMedia(connection);
    const repair: PathWatchListener = {
      recover: (input) => listener.recover(input),
      // Any message is acknowledged by the peer's network stack.
      probe: () => localMedia.messages.acknowledge(),
    };
    this.#path = new PathWatch(connection, stats, clock, times, receives, repair);
    // Of `track.stop()` browsers send no event. A sender may have got another track from the application.
    const removeEnded = (): void => {
      if (sendersOf(connection).some(({ track }) => track?.readyState === "ended")) localMedia.update();
    };
    this.#outbound = new OutboundTrackWatch(stats, clock, sends, repair, removeEnded);
  }

  /** The connection is connected, for the first time or again. */
  connected(): void {
    sendKeyFrames(this.#connection);
    const ice = sendersOf(this.#connection).find(({ transport }) => transport != null)?.transport?.iceTransport;
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

function sendersOf(connection: PeerConnection): RTCRtpSender[] {
  return connection.getTransceivers().map(({ sender }) => sender);
}

/** Whether media is sent that the peer's stack sends reports for. */
function sendsMedia(connection: PeerConnection): boolean {
  return connection.getTransceivers().some(({ sender, receiver }) => sender.track != null && reportsPackets(receiver));
}
