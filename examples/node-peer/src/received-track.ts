import type { MediaStreamTrack } from "werift";

/** What has come of one track. */
export interface Received {
  readonly kind: "audio" | "video";
  /** Pictures, or packets of sound. */
  readonly count: number;
}

/** Counts what comes of a track of a peer's: of video the packets that end a picture (RFC 7741 section 4.1), of audio all. */
export class Reception {
  readonly #kind: "audio" | "video";
  #count = 0;
  readonly #subscription: { unSubscribe(): void };

  constructor(track: MediaStreamTrack) {
    this.#kind = track.kind === "video" ? "video" : "audio";
    this.#subscription = track.onReceiveRtp.subscribe(({ header }) => {
      if (this.#kind === "audio" || header.marker) this.#count += 1;
    });
  }

  get received(): Received {
    return { kind: this.#kind, count: this.#count };
  }

  end(): void {
    this.#subscription.unSubscribe();
  }
}
