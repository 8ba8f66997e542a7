import type { PeerConnection } from "./peer-connection.js";

/** One published track. `track` changes when it is replaced; what identifies it is the object. */
export interface PublishedTrack {
  track: MediaStreamTrack;
  readonly stream: MediaStream | undefined;
  readonly label: string | undefined;
}

/**
 * Sends a track over an idle transceiver where there is one. `addTrack` reuses only those that never sent, so
 * that each change of a track would leave one more media section in the SDP for good.
 */
export function sendTrack(connection: PeerConnection, { track, stream }: PublishedTrack): RTCRtpSender {
  const idle = connection.getTransceivers().find((transceiver) => isIdle(transceiver, track.kind));
  if (idle === undefined) return stream === undefined ? connection.addTrack(track) : connection.addTrack(track, stream);
  void idle.sender.replaceTrack(track).catch(() => undefined);
  idle.sender.setStreams(...(stream === undefined ? [] : [stream]));
  idle.direction = idle.direction === "inactive" ? "sendonly" : "sendrecv";
  return idle.sender;
}

function isIdle({ sender, receiver, direction, currentDirection }: RTCRtpTransceiver, kind: string): boolean {
  const sends = direction === "sendrecv" || direction === "sendonly";
  return !sends && currentDirection !== "stopped" && sender.track === null && receiver.track.kind === kind && typeof sender.setStreams === "function";
}

/** What arrived from the peer. */
export interface IncomingTrack {
  readonly track: MediaStreamTrack;
  readonly streams: readonly MediaStream[];
  readonly label: string | undefined;
}

/** Which tracks the peer sends now. W3C tells of a track that begins with an event, of one that ends only by a direction. */
export class IncomingTracks {
  readonly #active = new Map<RTCRtpTransceiver, IncomingTrack>();

  begin({ transceiver, track, streams }: RTCTrackEvent, labels: Readonly<Record<string, string>>): IncomingTrack {
    const label = streams.map(({ id }) => labels[id]).find((known) => known !== undefined);
    const incoming = { track, streams, label };
    this.#active.set(transceiver, incoming);
    return incoming;
  }

  /** Forgets and returns those that the peer stopped sending. Call it after each exchange. */
  takeEnded(): IncomingTrack[] {
    return [...this.#active].flatMap(([transceiver, incoming]) => {
      const { currentDirection } = transceiver;
      if (currentDirection === "sendrecv" || currentDirection === "recvonly") return [];
      this.#active.delete(transceiver);
      return [incoming];
    });
  }

  /** Forgets and returns all of them. */
  takeAll(): IncomingTrack[] {
    const all = [...this.#active.values()];
    this.#active.clear();
    return all;
  }
}
