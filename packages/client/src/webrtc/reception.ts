/** What is looked at of `RTCStatsReport` (W3C webrtc-stats sections 8.4 and 8.7). */
interface Report {
  readonly type: string;
  /** Of what a sender says: the report of what was received of it. */
  readonly localId?: string;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
}

/** Reports of the sender's, which come once in a second or in five (RFC 3550 section 6.2). */
const enough = 2;

/**
 * Notices tracks that the peer sends and of which nothing gets through, though the path is there. Firefox binds a media
 * section to one SSRC when it has taken an offer back, and may choose that of the repair packets: it then drops the
 * picture itself for as long as the connection lasts, and everything else goes on.
 */
export class Reception {
  /** `ahead`: by how much the sender's count exceeded ours when something had come last; the first packets may be lost, and later ones. */
  readonly #tracks = new Map<string | undefined, { readonly sent: number; readonly received: number; readonly ahead: number; readonly reports: number }>();

  /** True once when a track's sender has reported twice that it sent more than has come, and nothing has come meanwhile. */
  fails(stats: RTCStatsReport): boolean {
    let fails = false;
    stats.forEach(({ type, localId, packetsSent: sent = 0 }: Report) => {
      if (type !== "remote-outbound-rtp") return;
      const received = (stats.get(localId ?? "") as Report | undefined)?.packetsReceived ?? 0;
      const before = this.#tracks.get(localId);
      if (before?.received !== received) {
        // A report is older than what has come since.
        this.#tracks.set(localId, { sent, received, ahead: Math.max(0, sent - received), reports: 0 });
      } else if (sent > before.sent) {
        const reports = before.reports + (sent - received > before.ahead ? 1 : 0);
        this.#tracks.set(localId, { ...before, sent, reports });
        if (reports === enough) fails = true;
      }
    });
    return fails;
  }
}
