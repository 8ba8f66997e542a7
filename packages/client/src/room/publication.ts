import type { MessageSchemas } from "../peer/message-schemas.js";
import type { Peer } from "../peer/peer.js";

export interface PublishOptions<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  /** The `label` that the others receive with each track; at most 64 characters. */
  label?: string;
  /**
   * Chooses the receivers: called once for each peer, when the peer joins or when this is published. Default: everyone.
   * With it, a first offer waits until the server has answered the join: it takes one round trip longer.
   */
  to?: (peer: Peer<Messages, Metadata>) => boolean;
}

/** Event name -> arguments of its listeners. */
export interface PublicationEvents {
  /**
   * A track has ended by itself: "Stop sharing", an unplugged camera. The others receive `trackEnded`, and the other
   * tracks go on. A track that had ended before it was published is reported as well. `track.stop()` is not.
   */
  ended: [track: MediaStreamTrack];
  muted: [muted: boolean, kind: "audio" | "video"];
}

/** Media that is sent to its receivers, and to those who join later, until `stop`. */
export interface Publication {
  readonly tracks: readonly MediaStreamTrack[];
  readonly label: string | undefined;
  /** Whether all tracks are muted by `mute`. */
  readonly muted: boolean;
  /** `ended`: it was stopped, or every track of it has ended. */
  readonly state: "live" | "ended";
  /**
   * Sends another track instead of the one of its kind, without a new negotiation; one that has ended begins again.
   * Rejects with `INVALID_ARGUMENT` if there is none of its kind, with `INVALID_STATE` after `stop`, and with
   * `NEGOTIATION_FAILED` if the browser refuses it for a peer.
   */
  replace(track: MediaStreamTrack): Promise<void>;
  /**
   * Sends silence and black frames, of all tracks or of one kind: `track.enabled` becomes false, for other users of the
   * track as well. The others receive `trackMuted`.
   */
  mute(kind?: "audio" | "video"): void;
  /** Undoes `mute`. A track that the application switched off stays off, and so does one that is muted elsewhere. */
  unmute(kind?: "audio" | "video"): void;
  /** Stops sending. The tracks keep running: call `track.stop()` yourself to switch a camera off. */
  stop(): void;
  /** Adds a listener and returns a function that removes it. */
  on<Event extends keyof PublicationEvents>(
    event: Event,
    listener: (...args: PublicationEvents[Event]) => void,
  ): () => void;
}
