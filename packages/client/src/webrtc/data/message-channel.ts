import { SignalingError } from "../../errors.js";
import { Outbox } from "./outbox.js";
import type { PeerConnection } from "../peer-connection.js";

/** The label and the id of the channel that carries `send` (docs/protocol.md, data channel). */
const messageChannelLabel = "sig";
const messageChannelId = 0;

/** UTF-16 code units that may wait for one peer. */
const maxWaiting = 1024 * 1024;

/** It is said how many messages have arrived after this many, or after as much text. */
const maxUntold = 32;
const maxUntoldLength = 64 * 1024;

export interface MessageListener {
  /** An app message, or what should be one; undefined for what is no JSON. */
  message(value: unknown): void;
  /** An offer, an answer or a candidate that came this way. */
  signaled(event: string, payload: object): void;
  /** The channel has opened or closed. */
  channelChanged(): void;
  /** Whether the peer counts what arrives, so that nothing is lost with a connection that is replaced. */
  readonly counts: boolean;
}

/**
 * The reliable channel of one pair. Both ends create it alike, so that it opens without a message of its own. What is
 * sent before it is open waits, and what a connection took with it is sent again over the next one.
 */
export class MessageChannel {
  readonly #listener: MessageListener;
  readonly #outbox = new Outbox();
  #channel: RTCDataChannel | undefined;
  /** App messages that have arrived, over all connections. */
  #received = 0;
  #untold = 0;
  #untoldLength = 0;

  constructor(listener: MessageListener) {
    this.#listener = listener;
  }

  get open(): boolean {
    return this.#channel?.readyState === "open";
  }

  /** Opens on a connection; one opened before is forgotten. */
  openOn(connection: PeerConnection): void {
    const channel = connection.createDataChannel(messageChannelLabel, { negotiated: true, id: messageChannelId });
    this.close();
    this.#channel = channel;
    let greeted = false;
    channel.addEventListener("open", () => {
      if (this.#channel !== channel) return;
      if (this.#listener.counts) this.tell();
      this.#outbox.opened((text) => channel.send(text), this.#listener.counts);
      this.#listener.channelChanged();
    });
    channel.addEventListener("close", () => {
      if (this.#channel !== channel) return;
      this.close();
      this.#listener.channelChanged();
    });
    channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (this.#channel !== channel || typeof data !== "string") return;
      const value = parse(data) as { type?: unknown; got?: unknown; event?: unknown } | null | undefined;
      if (typeof value?.type === "string" || value == null) this.#take(value, data.length);
      else if (typeof value.got === "number") {
        this.#outbox.arrived(value.got, !greeted);
        greeted = true;
      } else if (typeof value.event === "string") this.#listener.signaled(value.event, value);
      else this.#take(value, data.length);
    });
  }

  /** Forgets the channel, which goes with its connection. */
  close(): void {
    this.#channel = undefined;
    this.#outbox.closed();
  }

  /** Throws `BACKPRESSURE` when more than 1 MiB of text would wait. */
  send(text: string): void {
    // What is in the channel's buffer is among what a peer that counts has not got yet.
    const buffered = this.#outbox.counted ? 0 : (this.#channel?.bufferedAmount ?? 0);
    if (this.#outbox.waiting + buffered + text.length > maxWaiting) {
      throw new SignalingError("BACKPRESSURE", "More than 1 MiB waits for this peer: send less, or later.", {
        retryable: true,
      });
    }
    if (!this.open) this.#outbox.closed();
    this.#outbox.send(text);
  }

  /** Says it now, or not at all: whoever signals says it again. */
  signal(event: string, payload: object): void {
    if (this.open) this.#channel?.send(JSON.stringify({ event, ...payload }));
  }

  #take(value: unknown, length: number): void {
    this.#received += 1;
    this.#untold += 1;
    this.#untoldLength += length;
    if (this.#listener.counts && (this.#untold >= maxUntold || this.#untoldLength >= maxUntoldLength)) this.tell();
    this.#listener.message(value);
  }

  /** Says how many messages have arrived. */
  tell(): void {
    this.#untold = 0;
    this.#untoldLength = 0;
    if (this.open) this.#channel?.send(JSON.stringify({ got: this.#received }));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
