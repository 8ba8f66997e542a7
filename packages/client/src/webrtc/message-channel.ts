import { SignalingError } from "../errors.js";
import type { PeerConnection } from "./peer-connection.js";

/** The label and the id of the channel that carries `send` (docs/protocol.md, data channel). */
const messageChannelLabel = "sig";
const messageChannelId = 0;

/** UTF-16 code units that may wait for one peer. */
const maxWaiting = 1024 * 1024;

/**
 * The reliable channel of one pair. Both ends create it alike, so that it opens without a message of its own;
 * what is sent before it is open waits, also across a new connection.
 */
export class MessageChannel {
  readonly #listener: { text(text: string): void };
  readonly #waiting: string[] = [];
  #waitingLength = 0;
  #channel: RTCDataChannel | undefined;

  constructor(listener: { text(text: string): void }) {
    this.#listener = listener;
  }

  /** Opens on a connection; one opened before is forgotten. */
  openOn(connection: PeerConnection): void {
    const channel = connection.createDataChannel(messageChannelLabel, { negotiated: true, id: messageChannelId });
    this.#channel = channel;
    channel.addEventListener("open", () => {
      if (this.#channel !== channel) return;
      for (const text of this.#waiting.splice(0)) channel.send(text);
      this.#waitingLength = 0;
    });
    channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string") this.#listener.text(data);
    });
  }

  /** Throws `BACKPRESSURE` when more than 1 MiB of text would wait. */
  send(text: string): void {
    const open = this.#channel?.readyState === "open" ? this.#channel : undefined;
    if (this.#waitingLength + (open?.bufferedAmount ?? 0) + text.length > maxWaiting) {
      throw new SignalingError("BACKPRESSURE", "More than 1 MiB waits for this peer: send less, or later.", { retryable: true });
    }
    if (open !== undefined) open.send(text);
    else {
      this.#waiting.push(text);
      this.#waitingLength += text.length;
    }
  }
}
