import { FakeMediaStreamTrack, type FakeMediaStream } from "./fake-media.js";
import type { TransceiverOwner } from "./transceiver-owner.js";

/** An `RTCRtpReceiver`. Members that W3C does not define belong to the fake. */
export class FakeReceiver {
  readonly track: FakeMediaStreamTrack;
  readonly transport = null;
  readonly transform = null;
  jitterBufferTarget: number | null = null;
  /** W3C [[AssociatedRemoteMediaStreams]]. */
  streams: FakeMediaStream[] = [];
  /** Absent if receivers report no packets. */
  readonly getSynchronizationSources?: () => { readonly source: number; readonly timestamp: number }[];
  #lastPacket: number | undefined;

  constructor(kind: "audio" | "video", packets: TransceiverOwner["packets"], mid: () => string | null) {
    this.track = new FakeMediaStreamTrack(kind, { label: `remote ${kind}`, muted: true });
    if (!packets.reported) return;
    this.getSynchronizationSources = () => {
      this.#lastPacket = packets.lastOf(mid()) ?? this.#lastPacket;
      return this.#lastPacket === undefined ? [] : [{ source: 1, timestamp: this.#lastPacket }];
    };
  }

  getContributingSources(): [] {
    return [];
  }

  getParameters(): RTCRtpReceiveParameters {
    return { codecs: [], headerExtensions: [], rtcp: { cname: "", reducedSize: false } };
  }

  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(new Map() as RTCStatsReport);
  }
}
