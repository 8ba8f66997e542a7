import { AppChannels } from "../webrtc/data/app-channels.js";
import { MessageChannel, type MessageListener } from "../webrtc/data/message-channel.js";
import { OutgoingTracks } from "../webrtc/media/outgoing-tracks.js";

export interface LocalMediaListener extends MessageListener {
  /** A data channel of the app's was opened again. */
  channel(channel: RTCDataChannel): void;
}

/** What the app sends to one peer. It outlives each connection that carries it: the next one gets all of it. */
export class LocalMedia {
  readonly messages: MessageChannel;
  readonly channels: AppChannels;
  readonly tracks = new OutgoingTracks();

  constructor(listener: LocalMediaListener) {
    this.messages = new MessageChannel(listener);
    this.channels = new AppChannels(listener);
  }

  /** `talks`: whether there is a channel for messages. */
  putOn(connection: RTCPeerConnection, talks: boolean): void {
    if (talks) this.messages.openOn(connection);
    this.channels.openOn(connection);
    this.tracks.putOn(connection);
  }

  /** The connection is about to be closed. */
  takeOff(): void {
    this.messages.close();
    this.channels.rescue();
    this.tracks.putOn(undefined);
  }
}
