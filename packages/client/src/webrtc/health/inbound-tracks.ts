/** What is looked at of `RTCStatsReport` (W3C webrtc-stats, `RTCInboundRtpStreamStats` and `RTCRemoteOutboundRtpStreamStats`). */
interface Report {
  readonly type: string;
  /** Of what a sender says: the report of what was received of it. */
  readonly localId?: string;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  /** Of pictures. */
  readonly framesDecoded?: number;
}

interface Track {
  readonly sent: number;
  readonly received: number;
  readonly frames: number | undefined;
  /** By how much the sender's count exceeded ours when something had come last; the first packets may be lost, and later ones. */
  readonly ahead: number;
  readonly reports: number;
}

/** Reports of the sender's, which come once in a second or in five (RFC 3550 section 6.2). */
const enough = 2;

/**
 * Notices tracks that the peer sends and of which nothing gets through, though the path is there. Firefox binds a media
 * section to one SSRC when it has taken an offer back, and may choose that of the repair packets: it then drops the
 * picture itself for as long as the connection lasts, and everything else goes on.
 */
export class InboundTracks {
  readonly #tracks = new Map<string | undefined, Track>();

  /** True once when a track's sender has reported twice that it sent more than has come, and nothing has come meanwhile. */
  fails(stats: RTCStatsReport): boolean {
    let fails = false;
    stats.forEach(({ type, localId, packetsSent: sent = 0 }: Report) => {
      if (type !== "remote-outbound-rtp") return;
      const { packetsReceived: received = 0, framesDecoded: frames } = (stats.get(localId ?? "") ??
        {}) as Partial<Report>;
      const before = this.#tracks.get(localId);
      if (before !== undefined && !gotThrough(before, { sent, received, frames })) {
        if (sent <= before.sent) return;
        const reports = before.reports + (sent - received > before.ahead ? 1 : 0);
        this.#tracks.set(localId, { ...before, sent, received, reports });
        if (reports === enough) fails = true;
      } else {
        // A report is older than what has come since.
        this.#tracks.set(localId, { sent, received, frames, ahead: Math.max(0, sent - received), reports: 0 });
      }
    });
    return fails;
  }
}

/** Repair packets count where they are taken for the picture: the few that come of themselves make none. */
function gotThrough(before: Track, { sent, received, frames }: Pick<Track, "sent" | "received" | "frames">): boolean {
  const came = received - before.received;
  if (frames === undefined || came < 0) return came !== 0;
  return frames !== before.frames || (sent > before.sent && 2 * came >= sent - before.sent);
}
