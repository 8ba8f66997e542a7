import type { MediaStreamTrack } from "werift";

/**
 * Counts what arrives on a remote track: video frames by their last packet (RFC 7741 section 4.1), or packets of audio.
 */
export class ReceivedTrack {
  readonly kind: "audio" | "video";
  #count = 0;
  readonly #subscription: { unSubscribe(): void };

  constructor(track: MediaStreamTrack) {
    this.kind = track.kind === "video" ? "video" : "audio";
    this.#subscription = track.onReceiveRtp.subscribe(({ header }) => {
      if (this.kind === "audio" || header.marker) this.#count += 1;
    });
  }

  get count(): number {
    return this.#count;
  }

  stop(): void {
    this.#subscription.unSubscribe();
  }
}
