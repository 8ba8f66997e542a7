import { AppChannels } from "../webrtc/data/app-channels.js";
import { MessageChannel, type MessageChannelOwner, type MessageReceiver } from "../webrtc/data/message-channel.js";
import { OutgoingTracks } from "../webrtc/media/outgoing-tracks.js";

/** Where what arrives over the channels goes. */
export interface LocalMediaReceiver extends MessageReceiver {
  /** A data channel of the application was opened again. */
  channel(channel: RTCDataChannel): void;
}

/** Everything the application sends to one peer. It outlives each connection that carries it and moves to the next. */
export class LocalMedia {
  readonly messages: MessageChannel;
  readonly channels: AppChannels;
  readonly tracks = new OutgoingTracks();

  constructor(receiver: LocalMediaReceiver, owner: MessageChannelOwner) {
    this.messages = new MessageChannel(receiver, owner);
    this.channels = new AppChannels(receiver);
  }

  /** Opens the channels on a new connection; the tracks follow with `tracks.apply`. */
  attach(connection: RTCPeerConnection, hasMessages: boolean): void {
    if (hasMessages) this.messages.openOn(connection);
    this.channels.openOn(connection);
  }

  /** The connection is about to be closed. */
  detach(): void {
    this.messages.close();
    this.channels.rescue();
    this.tracks.detach();
  }
}
