/** What is looked at of `RTCStatsReport` (W3C webrtc-stats, `RTCRemoteInboundRtpStreamStats` and what it is of, `RTCOutboundRtpStreamStats`). */
interface Report {
  readonly type: string;
  readonly timestamp: number;
  /** Of what the peer reports: the report of what we sent. */
  readonly localId?: string;
  readonly packetsSent?: number;
}

interface Stream {
  /** When the peer's last report came, and how long after the one before. */
  readonly reportedAt: number;
  readonly gapMs: number;
  readonly sent: number;
  readonly lookedAt: number;
  /** How long packets were sent since, and nothing was reported of them, while other things came from the peer. */
  readonly quietMs: number;
}

export type Verdict =
  | "arrive"
  /** Of one that is sent there is no report since the last look. */
  | "unreported"
  /** One has ceased to arrive. */
  | "fail";

/** Reports come once in a second or in five (RFC 3550 section 6.2), and may be lost. */
const leastMs = 10_000;
const missed = 4;
/** What one look counts for at most: a page that slept between two has not been without reports for so long. */
const mostMs = 4000;

/**
 * Notices streams that we send and the peer has ceased to receive, though the path is there: it reported of them until
 * then, and does no more. Firefox, where offers cross again and again, may lose track of which stream belongs to a
 * media section, and has then no statistics by which it would notice itself.
 */
export class OutboundTracks {
  readonly #streams = new Map<string | undefined, Stream>();

  /** What of the streams that do worst. `others`: whether anything came from the peer since the last look. */
  look(stats: RTCStatsReport, others: boolean): Verdict {
    let verdict: Verdict = "arrive";
    stats.forEach(({ type, localId, timestamp: reportedAt }: Report) => {
      const ours = stats.get(localId ?? "") as Report | undefined;
      if (type !== "remote-inbound-rtp" || ours === undefined) return;
      const { packetsSent: sent = 0, timestamp: lookedAt } = ours;
      const before = this.#streams.get(localId);
      const remoteRestarted = before?.reportedAt !== reportedAt;
      const gapMs = remoteRestarted ? reportedAt - (before?.reportedAt ?? -Infinity) : before.gapMs;
      const unreported = !remoteRestarted && sent > before.sent;
      const quietMs = remoteRestarted
        ? 0
        : before.quietMs + (unreported && others ? Math.min(lookedAt - before.lookedAt, mostMs) : 0);
      this.#streams.set(localId, { reportedAt, gapMs, sent, lookedAt, quietMs });
      if (quietMs > Math.max(leastMs, missed * gapMs)) verdict = "fail";
      else if (unreported && verdict === "arrive") verdict = "unreported";
    });
    return verdict;
  }
}
