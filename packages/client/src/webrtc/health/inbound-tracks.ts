import { stalledReports } from "../../negotiation/time-constants.js";

/**
 * The members of `RTCStatsReport` that are read (W3C webrtc-stats, `RTCInboundRtpStreamStats`,
 * `RTCRemoteOutboundRtpStreamStats`).
 */
interface Report {
  readonly type: string;
  /** In the report of the sender: the id of the report of what was received. */
  readonly localId?: string;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  /** Of video. */
  readonly framesDecoded?: number;
}

interface Track {
  readonly sent: number;
  readonly received: number;
  readonly frames: number | undefined;
  /** By how much the sender's count exceeded ours when a packet last arrived: packets may be lost. */
  readonly ahead: number;
  readonly reports: number;
}

/**
 * Notices tracks that the peer sends and that do not arrive although the path works. After a rollback Firefox binds a
 * media section to one SSRC and may choose that of the repair packets: it then drops the video for as long as the
 * connection lasts.
 */
export class InboundTracks {
  readonly #tracks = new Map<string | undefined, Track>();

  /**
   * True once when the sender has reported twice that it sent more than has arrived, and nothing has arrived meanwhile.
   */
  hasStalled(stats: RTCStatsReport): boolean {
    let stalled = false;
    stats.forEach(({ type, localId, packetsSent: sent = 0 }: Report) => {
      if (type !== "remote-outbound-rtp") return;
      const { packetsReceived: received = 0, framesDecoded: frames } = (stats.get(localId ?? "") ??
        {}) as Partial<Report>;
      const before = this.#tracks.get(localId);
      if (before !== undefined && !arrives(before, { sent, received, frames })) {
        if (sent <= before.sent) return;
        const reports = before.reports + (sent - received > before.ahead ? 1 : 0);
        this.#tracks.set(localId, { ...before, sent, received, reports });
        if (reports === stalledReports) stalled = true;
      } else {
        // A report is older than what has arrived since.
        this.#tracks.set(localId, { sent, received, frames, ahead: Math.max(0, sent - received), reports: 0 });
      }
    });
    return stalled;
  }
}

/** Repair packets count as well: a few of them alone make no frame. */
function arrives(before: Track, { sent, received, frames }: Pick<Track, "sent" | "received" | "frames">): boolean {
  const arrived = received - before.received;
  if (frames === undefined || arrived < 0) return arrived !== 0;
  return frames !== before.frames || (sent > before.sent && 2 * arrived >= sent - before.sent);
}
