import type { PeerConnection } from "../peer-connection.js";

/**
 * The data channels that the application opened to one peer. They are opened again on a connection that replaces
 * another.
 */
export class AppChannels {
  readonly #listener: { channel(channel: RTCDataChannel): void };
  #open = new Map<RTCDataChannel, [label: string, init: RTCDataChannelInit | undefined]>();
  #rescued: [label: string, init: RTCDataChannelInit | undefined][] = [];

  /** `listener` receives channels that were opened again. */
  constructor(listener: { channel(channel: RTCDataChannel): void }) {
    this.#listener = listener;
  }

  open(connection: PeerConnection, label: string, init: RTCDataChannelInit | undefined): RTCDataChannel {
    const channel = connection.createDataChannel(label, init);
    this.#open.set(channel, [label, init]);
    channel.addEventListener("close", () => this.#open.delete(channel));
    return channel;
  }

  /** The connection is about to be closed: channels that are not closed yet will be opened on the next. */
  rescue(): void {
    for (const [{ readyState }, parameters] of this.#open)
      if (readyState !== "closing" && readyState !== "closed") this.#rescued.push(parameters);
    this.#open = new Map();
  }

  openOn(connection: PeerConnection): void {
    for (const [label, init] of this.#rescued.splice(0)) this.#listener.channel(this.open(connection, label, init));
  }
}
