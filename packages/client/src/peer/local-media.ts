import { SignalingError } from "../errors.js";
import type { Connection } from "../webrtc/connection.js";
import { AppChannels } from "../webrtc/data/app-channels.js";
import { MessageChannel, type MessageChannelOwner, type MessageReceiver } from "../webrtc/data/message-channel.js";
import { OutgoingTracks } from "../webrtc/media/outgoing-tracks.js";
import type { PublishedTrack } from "../webrtc/media/transceivers.js";

/** Where what arrives over the channels goes. */
export interface LocalMediaReceiver extends MessageReceiver {
  /** A data channel of the application was opened again. */
  channel(channel: RTCDataChannel): void;
}

export interface LocalMediaOwner extends MessageChannelOwner {
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
  /** Whether a change of what is announced is worth an offer. */
  readonly #announces: boolean;
  #connection: Connection | undefined;

  constructor(announces: boolean, receiver: LocalMediaReceiver, owner: LocalMediaOwner) {
    this.#announces = announces;
    this.#owner = owner;
    this.messages = new MessageChannel(receiver, owner);
    this.#channels = new AppChannels(receiver);
  }

  /** Sends everything over a new connection. */
  attach(connection: Connection, hasMessages: boolean): void {
    this.#connection = connection;
    if (hasMessages) this.messages.openOn(connection.connection);
    this.#channels.openOn(connection.connection);
    this.#apply();
  }

  /** The connection is about to be closed. */
  detach(): void {
    this.#connection = undefined;
    this.messages.close();
    this.#channels.rescue();
    this.#tracks.detach();
  }

  publish(tracks: readonly PublishedTrack[]): void {
    for (const published of tracks) this.#tracks.add(published);
    this.#apply();
  }

  /** Ignores tracks that are not published to this peer. */
  unpublish(tracks: readonly PublishedTrack[]): void {
    for (const published of tracks) this.#tracks.remove(published);
    this.#apply();
  }

  /** Publishes nothing any more. */
  clear(): void {
    this.#tracks.clear();
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
    if (this.#connection === undefined) {
      const message = 'There is no connection yet: wait for the peer\'s state "connected".';
      throw new SignalingError("INVALID_STATE", message, { retryable: true });
    }
    return this.#channels.open(this.#connection.connection, label, init);
  }

  /** What a description that is about to be sent announces of its media sections. */
  announce(): ReturnType<OutgoingTracks["announce"]> {
    return this.#tracks.announce(this.#connection?.connection);
  }

  /**
   * Makes an offer where the peer knows of something else than is published: the browser asks for none if no direction
   * changes.
   */
  announceChanges(): void {
    const connection = this.#connection;
    if (this.#announces && connection !== undefined && this.#tracks.hasChanged(connection.connection))
      connection.renegotiate();
  }

  #apply(): void {
    this.#applied()
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
