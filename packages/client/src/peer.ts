import type { Presence } from "@sig/protocol";
import type { OnceResult } from "./emitter.js";
import type { PeerEvents, PeerState } from "./events.js";
import type { MessageInput, MessageSchemas } from "./options.js";
import type { RemotePeer } from "./remote-peer.js";

/** Somebody else in the room, and the connection with them. One object from `peerJoined` to `peerLeft`, whatever happens in between. */
export class Peer<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  readonly #remote: RemotePeer<Messages, Metadata>;

  /** Peers come from a `PeerManager`. @internal */
  constructor(remote: RemotePeer<Messages, Metadata>) {
    this.#remote = remote;
  }

  get id(): string {
    return this.#remote.id;
  }

  /** What the peer says of itself; nobody but the server's `metadata` schema has judged it. */
  get metadata(): Metadata | undefined {
    return this.#remote.metadata;
  }

  get state(): PeerState {
    return this.#remote.state;
  }

  /** `away`: the peer's signaling connection is gone; media may still flow. */
  get presence(): Presence {
    return this.#remote.presence;
  }

  /** The connection itself, for what this library does not do. It may be replaced by another after a failure. */
  get connection(): RTCPeerConnection | undefined {
    return this.#remote.pair.connection;
  }

  /**
   * Sends to this peer alone, reliably and in order, peer to peer; what is said before the channel is open waits.
   * Throws `INVALID_ARGUMENT` for data that does not fit `messages`, `BACKPRESSURE` when over 1 MiB waits, and
   * `INVALID_STATE` when the peer is gone or has no channel.
   */
  send<Type extends keyof Messages & string>(type: Type, data: MessageInput<Messages, Type>): void {
    this.#remote.send(type, data);
  }

  /** Opens a data channel of your own; the peer gets a `channel` event. Throws `INVALID_STATE` while there is no connection. */
  openChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    return this.#remote.pair.openChannel(label, init);
  }

  /** W3C `getStats` of the connection; empty while there is none. */
  async getStats(): Promise<RTCStatsReport> {
    return (await this.connection?.getStats()) ?? (new Map() as RTCStatsReport);
  }

  /** Adds a listener and returns what removes it. */
  on<Event extends keyof PeerEvents<Messages, Metadata>>(event: Event, listener: (...args: PeerEvents<Messages, Metadata>[Event]) => void): () => void {
    return this.#remote.events.on(event, listener);
  }

  off<Event extends keyof PeerEvents<Messages, Metadata>>(event: Event, listener: (...args: PeerEvents<Messages, Metadata>[Event]) => void): void {
    this.#remote.events.off(event, listener);
  }

  /** Resolves with the event's next argument. */
  once<Event extends keyof PeerEvents<Messages, Metadata>>(event: Event): Promise<OnceResult<PeerEvents<Messages, Metadata>[Event]>> {
    return this.#remote.events.once(event);
  }
}
