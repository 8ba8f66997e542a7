import { announcements, isLive, midOf, sendTrack, stopSending, type PublishedTrack } from "./transceivers.js";
import { isSameJson } from "../../util/same-json.js";
import type { TrackAnnouncements } from "@sig/protocol/page";
import type { PeerConnection } from "../peer-connection.js";

/**
 * What is published to one peer, and which sender of the current connection carries it. `published` is what is wanted;
 * `apply` makes the connection follow.
 */
export class OutgoingTracks {
  readonly published = new Set<PublishedTrack>();
  /** Of the current connection. */
  #senders = new Map<PublishedTrack, RTCRtpSender>();
  /** What our newest description announced of its media sections. */
  #announced: TrackAnnouncements = {};

  /** These were put on the current connection, and announced, before the peer was known. */
  adopt(senders: Map<PublishedTrack, RTCRtpSender>, announced: TrackAnnouncements): void {
    this.#senders = senders;
    this.#announced = announced;
  }

  /** The connection was replaced: nothing is sent yet. */
  detach(): void {
    // A new map: an `apply` that still waits for the old connection keeps the old one.
    this.#senders = new Map();
    this.#announced = {};
  }

  /**
   * Sends what is published and has not ended, and nothing else. `replaceTrack` takes its time, and meanwhile what is
   * wanted may change: it goes on until everything is in place. One track that fails does not keep the others from
   * being sent; rejects with the first error then.
   */
  async apply(connection: PeerConnection): Promise<void> {
    const senders = this.#senders;
    const failed = new Map<PublishedTrack, unknown>();
    for (;;) {
      this.#free(connection, senders);
      const published = [...this.published].find(
        (each) => isLive(each.track) && !failed.has(each) && senders.get(each)?.track !== each.track,
      );
      if (published === undefined) break;
      try {
        const sender = senders.get(published) ?? sendTrack(connection, published);
        senders.set(published, sender);
        if (sender.track !== published.track) await sender.replaceTrack(published.track);
      } catch (error) {
        failed.set(published, error);
      }
    }
    if (failed.size > 0) throw [...failed.values()][0];
  }

  /** What the next description announces of its media sections. */
  announce(connection: PeerConnection | undefined): TrackAnnouncements {
    return (this.#announced = this.#announcements(connection));
  }

  /** The media sections whose track is muted. */
  muted(connection: PeerConnection): string[] {
    const muted = [...this.#senders].filter(([published]) => published.muted);
    return muted.flatMap(([, sender]) => midOf(connection, sender) ?? []);
  }

  /** Whether the peer knows of something else than what is published now. */
  hasChanged(connection: PeerConnection): boolean {
    return !isSameJson(this.#announcements(connection), this.#announced);
  }

  #free(connection: PeerConnection, senders: Map<PublishedTrack, RTCRtpSender>): void {
    for (const [published, sender] of senders) {
      if (this.published.has(published) && isLive(published.track)) continue;
      senders.delete(published);
      stopSending(connection, sender);
    }
  }

  #announcements(connection: PeerConnection | undefined): TrackAnnouncements {
    return connection === undefined ? {} : announcements((sender) => midOf(connection, sender), this.#senders);
  }
}
