import {
  maxOutboundCheckMs,
  reportIntervalMs,
  unreportedIntervals,
  unreportedMs,
} from "../../negotiation/time-constants.js";

/**
 * The members of `RTCStatsReport` that are read (W3C webrtc-stats, `RTCRemoteInboundRtpStreamStats`,
 * `RTCOutboundRtpStreamStats`).
 */
interface Report {
  readonly type: string;
  readonly timestamp: number;
  /** In the report of the peer: the id of the report of what we sent. */
  readonly localId?: string;
  readonly packetsSent?: number;
}

interface Stream {
  /** When the peer's last report arrived, and how long after the one before. */
  readonly reportedAt: number;
  readonly gapMs: number;
  readonly sent: number;
  readonly checkedAt: number;
  /** How long packets have been sent since without a report, while other packets arrived from the peer. */
  readonly unreportedForMs: number;
}

export type TrackHealth =
  | "received"
  /** A stream that is sent was not reported since the last check. */
  | "unreported"
  /** A stream no longer arrives. */
  | "stalled";

/**
 * Notices streams that the peer no longer receives although the path works: its reports about them have ended. After
 * repeated glare Firefox may lose the stream of a media section, and then has no statistics by which it would notice.
 */
export class OutboundTracks {
  readonly #streams = new Map<string | undefined, Stream>();

  /** The result for the worst stream. `others`: whether anything arrived from the peer since the last check. */
  check(stats: RTCStatsReport, others: boolean): TrackHealth {
    let result: TrackHealth = "received";
    stats.forEach(({ type, localId, timestamp: reportedAt }: Report) => {
      const ours = stats.get(localId ?? "") as Report | undefined;
      if (type !== "remote-inbound-rtp" || ours === undefined) return;
      const { packetsSent: sent = 0, timestamp: checkedAt } = ours;
      const before = this.#streams.get(localId);
      const isNew = before?.reportedAt !== reportedAt;
      const since = before?.reportedAt ?? reportedAt - reportIntervalMs;
      const gapMs = isNew ? reportedAt - since : before.gapMs;
      const unreported = !isNew && sent > before.sent;
      const unreportedForMs = isNew
        ? 0
        : before.unreportedForMs +
          (unreported && others ? Math.min(checkedAt - before.checkedAt, maxOutboundCheckMs) : 0);
      this.#streams.set(localId, { reportedAt, gapMs, sent, checkedAt, unreportedForMs });
      if (unreportedForMs > Math.max(unreportedMs, unreportedIntervals * gapMs)) result = "stalled";
      else if (unreported && result === "received") result = "unreported";
    });
    return result;
  }
}
