import type { PeerConnection } from "../peer-connection.js";

/** The data channels that the app has opened to one peer: opened again on a connection that takes the place of another. */
export class AppChannels {
  readonly #listener: { channel(channel: RTCDataChannel): void };
  #open = new Map<RTCDataChannel, [label: string, init: RTCDataChannelInit | undefined]>();
  #rescued: [label: string, init: RTCDataChannelInit | undefined][] = [];

  /** `listener` gets those that were opened again. */
  constructor(listener: { channel(channel: RTCDataChannel): void }) {
    this.#listener = listener;
  }

  open(connection: PeerConnection, label: string, init: RTCDataChannelInit | undefined): RTCDataChannel {
    const channel = connection.createDataChannel(label, init);
    this.#open.set(channel, [label, init]);
    channel.addEventListener("close", () => this.#open.delete(channel));
    return channel;
  }

  /** The connection is about to be closed: those that are not closed yet are to be opened on the next. */
  rescue(): void {
    for (const [{ readyState }, parameters] of this.#open)
      if (readyState !== "closing" && readyState !== "closed") this.#rescued.push(parameters);
    this.#open = new Map();
  }

  openOn(connection: PeerConnection): void {
    for (const [label, init] of this.#rescued.splice(0)) this.#listener.channel(this.open(connection, label, init));
  }
}
