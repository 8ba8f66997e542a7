import { SignalingError } from "../errors.js";
import { MessageChannel, type MessageChannelOwner, type MessageReceiver } from "../webrtc/data/message-channel.js";
import { AppChannels } from "../webrtc/data/app-channels.js";
import { isSameJson } from "../util/same-json.js";
import { OutgoingTracks } from "../webrtc/media/outgoing-tracks.js";
import type { TrackAnnouncements } from "@sig/protocol/page";
import type { EarlyOffer } from "./early-offer.js";
import type { Connection } from "../webrtc/connection.js";
import type { PublishedTrack } from "../webrtc/media/transceivers.js";
import type { PeerIdentity } from "./ports.js";

/** Where what arrives over the channels goes. */
export interface LocalMediaReceiver extends MessageReceiver {
  /** A data channel of the application was opened again. */
  channel(channel: RTCDataChannel): void;
}

export interface LocalMediaOwner extends MessageChannelOwner {
  /** The connection with the peer, made now if there is none and the peer can take it; undefined if it cannot. */
  prepareConnection(): Connection | undefined;
  /** The browser refused a track. */
  stepFailed(step: "publish", cause: unknown, final: boolean): void;
}

/**
 * Everything the application sends to one peer: tracks, messages, channels. It outlives each connection that carries it
 * and moves to the next.
 */
export class LocalMedia {
  readonly messages: MessageChannel;
  readonly #channels: AppChannels;
  readonly #owner: LocalMediaOwner;
  readonly #tracks = new OutgoingTracks();
  readonly #peer: PeerIdentity;
  #connection: Connection | undefined;
  /** What the peer was notified of over this connection. */
  #muted: readonly string[] = [];

  constructor(peer: PeerIdentity, receiver: LocalMediaReceiver, owner: LocalMediaOwner) {
    this.#peer = peer;
    this.#owner = owner;
    this.messages = new MessageChannel(receiver, owner);
    this.#channels = new AppChannels(receiver);
  }

  /** Sends everything over a new connection. */
  attach(connection: Connection, hasMessages: boolean, early?: EarlyOffer): void {
    this.#connection = connection;
    if (early !== undefined) this.#tracks.adopt(early.senders, early.offer.tracks);
    if (hasMessages) this.messages.openOn(connection.connection, early?.channel);
    this.#channels.openOn(connection.connection);
    this.update();
  }

  /** The connection is about to be closed. */
  detach(): void {
    this.#connection = undefined;
    this.#muted = [];
    this.messages.close();
    this.#channels.rescue();
    this.#tracks.detach();
  }

  publish(tracks: readonly PublishedTrack[]): void {
    for (const published of tracks) this.#tracks.published.add(published);
    this.update();
  }

  /** Ignores tracks that are not published to this peer. Resolves once nothing of them is sent; never rejects. */
  unpublish(tracks: readonly PublishedTrack[]): Promise<void> {
    for (const published of tracks) this.#tracks.published.delete(published);
    return this.#apply();
  }

  /** Publishes nothing any more. */
  clear(): void {
    this.#tracks.published.clear();
  }

  /** What is published has changed: it was muted, or a track has ended. */
  update(): void {
    this.sendMuted();
    void this.#apply();
  }

  /** Notifies a peer that understands it of the tracks that are muted, unless it knows. */
  sendMuted(): void {
    const connection = this.#connection?.connection;
    if (connection === undefined || !this.messages.open || !this.#peer.features.includes("mute")) return;
    const muted = this.#tracks.muted(connection);
    if (!isSameJson(muted, this.#muted)) this.messages.signal("mute", { muted });
    this.#muted = muted;
  }

  /** Sends the current track of each publication. Rejects with a `SignalingError` if the browser refuses. */
  async replaceTracks(): Promise<void> {
    try {
      await this.#applied();
    } catch (cause) {
      throw new SignalingError("NEGOTIATION_FAILED", "The track could not be replaced for one peer.", { cause });
    }
  }

  /** Brings the tracks up to date before a description is made. Never rejects. */
  async beforeDescription(connection: RTCPeerConnection): Promise<void> {
    await this.#tracks.apply(connection).catch(() => undefined);
  }

  /** Opens a data channel of the application, and opens it again on each connection that follows. */
  openChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    const connection = this.#connection ?? this.#owner.prepareConnection();
    if (connection === undefined) {
      const message = 'There is no connection yet: wait for the peer\'s state "connected".';
      throw new SignalingError("INVALID_STATE", message, { retryable: true });
    }
    return this.#channels.open(connection.connection, label, init);
  }

  /** What a description that is about to be sent announces of its media sections. */
  announce(): TrackAnnouncements {
    // Sections that are muted have their names now.
    this.sendMuted();
    return this.#tracks.announce(this.#connection?.connection);
  }

  /**
   * Makes an offer where the peer knows of something else than is published: the browser asks for none if no direction
   * changes.
   */
  announceChanges(): void {
    const connection = this.#connection;
    if (this.#peer.profile.extended && connection !== undefined && this.#tracks.hasChanged(connection.connection))
      connection.renegotiate();
  }

  #apply(): Promise<void> {
    return this.#applied()
      .catch((error: unknown) => this.#owner.stepFailed("publish", error, false))
      .then(
        () => this.announceChanges(),
        () => undefined,
      );
  }

  /** In turn with everything else that changes the connection. */
  async #applied(): Promise<void> {
    const connection = this.#connection;
    await connection?.run(() => this.#tracks.apply(connection.connection));
  }
}
