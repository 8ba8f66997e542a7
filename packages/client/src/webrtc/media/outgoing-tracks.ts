import type { TrackAnnouncements } from "@sig/protocol";
import type { PeerConnection } from "../peer-connection.js";
import { announcements, sendTrack, stopSending, type PublishedTrack } from "./transceivers.js";

/** What is published to one peer, and over which sender of the connection that is it goes. */
export class OutgoingTracks {
  readonly #senders = new Map<PublishedTrack, RTCRtpSender | undefined>();
  #connection: PeerConnection | undefined;
  /** What our newest description said of its media sections. */
  #announced = "{}";

  /** Whether the peer was told of something else than is published now. */
  get changed(): boolean {
    return JSON.stringify(this.#announcements()) !== this.#announced;
  }

  /** Sends everything over a connection from now on; over none with `undefined`. */
  putOn(connection: PeerConnection | undefined): void {
    this.#connection = connection;
    this.#announced = "{}";
    for (const published of this.#senders.keys()) this.add(published);
  }

  add(published: PublishedTrack): void {
    const sender = this.#connection && sendTrack(this.#connection, published);
    this.#senders.set(published, sender);
    if (sender !== undefined) void this.#put(sender).catch(() => undefined);
  }

  /** Does nothing for a track that is not published to this peer. */
  remove(published: PublishedTrack): void {
    const sender = this.#senders.get(published);
    this.#senders.delete(published);
    if (sender !== undefined && this.#connection !== undefined) stopSending(this.#connection, sender);
    if (sender !== undefined) void this.#put(sender).catch(() => undefined);
  }

  /** Sends `published.track` from now on. Does nothing for a track that is not published to this peer. */
  async replace(published: PublishedTrack): Promise<void> {
    const sender = this.#senders.get(published);
    if (sender !== undefined) await this.#put(sender);
  }

  /**
   * Gives a sender the track that it is for. `replaceTrack` takes its time, and meanwhile the sender may have been given to
   * another track, or to none: then once more, so that whatever overtook what, it ends right.
   */
  async #put(sender: RTCRtpSender): Promise<void> {
    for (;;) {
      const [published] = [...this.#senders].find(([, used]) => used === sender) ?? [];
      const wanted = published?.track ?? null;
      if (sender.track === wanted) return;
      await sender.replaceTrack(wanted);
    }
  }

  clear(): void {
    this.#senders.clear();
  }

  /** For a description that is about to be sent. */
  announce(): TrackAnnouncements {
    const announced = this.#announcements();
    this.#announced = JSON.stringify(announced);
    return announced;
  }

  #announcements(): TrackAnnouncements {
    return this.#connection === undefined ? {} : announcements(this.#connection, this.#senders);
  }
}
