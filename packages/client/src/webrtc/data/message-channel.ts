import { maxQueuedLength, maxUnacknowledged, maxUnacknowledgedLength } from "../../negotiation/bounds.js";
import { SignalingError } from "../../errors.js";
import { Outbox } from "./outbox.js";
import type { PeerConnection } from "../peer-connection.js";

/** Receives what arrives. */
export interface MessageReceiver {
  /** An app message, not validated; undefined for text that is not JSON. */
  message(value: unknown): void;
  /** An offer, an answer or a candidate, not validated. */
  signaled(event: string, payload: object): void;
}

export interface MessageChannelOwner {
  /** The channel has opened or closed. */
  channelChanged(): void;
  /** Whether the peer counts what arrives, so that nothing is lost with a connection that is replaced. */
  readonly counts: boolean;
}

/**
 * The reliable channel with one peer. Both ends create it alike, so that it opens without a message of its own. What is
 * sent before it is open is queued, and what a connection took with it is resent over the next one.
 */
export class MessageChannel {
  readonly #receiver: MessageReceiver;
  readonly #owner: MessageChannelOwner;
  readonly #outbox = new Outbox();
  #channel: RTCDataChannel | undefined;
  /** App messages that have arrived, over all connections. */
  #received = 0;
  #unacknowledged = 0;
  #unacknowledgedLength = 0;

  constructor(receiver: MessageReceiver, owner: MessageChannelOwner) {
    this.#receiver = receiver;
    this.#owner = owner;
  }

  get open(): boolean {
    return this.#channel?.readyState === "open";
  }

  /** Opens on a connection and forgets the channel of the one before. */
  openOn(connection: PeerConnection, channel = openMessageChannel(connection)): void {
    this.close();
    this.#channel = channel;
    let hasCount = false;
    channel.addEventListener("open", () => {
      if (this.#channel !== channel) return;
      if (this.#owner.counts) this.acknowledge();
      this.#outbox.opened((text) => channel.send(text), this.#owner.counts);
      this.#owner.channelChanged();
    });
    channel.addEventListener("close", () => {
      if (this.#channel !== channel) return;
      this.close();
      this.#owner.channelChanged();
    });
    channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (this.#channel !== channel || typeof data !== "string") return;
      const value = parse(data) as { type?: unknown; got?: unknown; event?: unknown } | null | undefined;
      if (typeof value?.type === "string" || value == null) this.#take(value, data.length);
      else if (typeof value.got === "number") {
        this.#outbox.arrived(value.got, !hasCount);
        hasCount = true;
      } else if (typeof value.event === "string") this.#receiver.signaled(value.event, value);
      else this.#take(value, data.length);
    });
  }

  /** Forgets the channel, which goes with its connection. */
  close(): void {
    this.#channel = undefined;
    this.#outbox.closed();
  }

  /** Throws `BACKPRESSURE` when more than 1 MiB of text would be queued. */
  send(text: string): void {
    // With a peer that counts, the outbox includes what is in the channel's buffer.
    const buffered = this.#outbox.counted ? 0 : (this.#channel?.bufferedAmount ?? 0);
    if (this.#outbox.waiting + buffered + text.length > maxQueuedLength) {
      throw new SignalingError("BACKPRESSURE", "More than 1 MiB is queued for this peer: send less, or later.", {
        retryable: true,
      });
    }
    if (!this.open) this.#outbox.closed();
    this.#outbox.send(text);
  }

  /** Sends now, or not at all: signaling has its own resends. */
  signal(event: string, payload: object): void {
    if (this.open) this.#channel?.send(JSON.stringify({ event, ...payload }));
  }

  #take(value: unknown, length: number): void {
    this.#received += 1;
    this.#unacknowledged += 1;
    this.#unacknowledgedLength += length;
    if (
      this.#owner.counts &&
      (this.#unacknowledged >= maxUnacknowledged || this.#unacknowledgedLength >= maxUnacknowledgedLength)
    )
      this.acknowledge();
    this.#receiver.message(value);
  }

  /** Sends how many messages have arrived. */
  acknowledge(): void {
    this.#unacknowledged = 0;
    this.#unacknowledgedLength = 0;
    if (this.open) this.#channel?.send(JSON.stringify({ got: this.#received }));
  }
}

/** Both ends create it alike: label and id are those of docs/protocol.md, data channel. */
export function openMessageChannel(connection: PeerConnection): RTCDataChannel {
  return connection.createDataChannel("sig", { negotiated: true, id: 0 });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
