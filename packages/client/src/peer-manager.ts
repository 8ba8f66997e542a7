import { joinTimeoutMs } from "./negotiation/time-constants.js";
import type { OnceResult } from "./util/emitter.js";
import { SignalingError, noChannel } from "./errors.js";
import type { ManagerEvents, ManagerState } from "./events.js";
import { faultsOf, type Faults } from "./room/faults.js";
import { encodeMessage } from "./peer/message-codec.js";
import { invalid, readOptions, type PeerManagerOptions } from "./options.js";
import type { MessageInput, MessageSchemas } from "./peer/message-schemas.js";
import type { Peer } from "./peer/peer.js";
import type { Publication, PublishOptions } from "./room/publication.js";
import { Room } from "./room/room.js";
import { Membership } from "./signaling/membership.js";
import type { Token } from "./signaling/token.js";
import type { TimelineEntry } from "./room/timeline.js";
import { SocketIoChannel, type Socket } from "./signaling/socket-io-channel.js";

export interface JoinOptions {
  /** For the server's `authorize`; a function is called again for every return after an outage. */
  token?: Token;
  signal?: AbortSignal;
  /** For the whole join, including the connection to the server; default 15000 ms. */
  timeoutMs?: number;
}

/**
 * Your membership in one room. It joins, rejoins after every outage, and has one `Peer` for each other member.
 * Several managers may share a socket, each in a room of its own. Listeners may call any method.
 */
export class PeerManager<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  readonly #socket: Socket;
  readonly #room: Room<Messages, Metadata>;
  #metadata: Metadata | undefined;

  /**
   * `socket` is a Socket.IO client socket of yours, connected or not; it is never closed here.
   * Throws `INVALID_ARGUMENT` for anything else, and for invalid options.
   */
  constructor(socket: Socket, options: PeerManagerOptions<Messages, Metadata> = {}) {
    if (typeof (socket as Partial<Socket> | undefined)?.emit !== "function") {
      throw invalid('Pass a Socket.IO client socket: new PeerManager(io("https://example.org")).');
    }
    this.#socket = socket;
    this.#room = new Room(readOptions(options));
    this.#metadata = options.metadata;
  }

  get state(): ManagerState {
    return this.#room.state;
  }

  /** Your id, once you are in the room; it stays the same over outages. */
  get id(): string | undefined {
    return this.#active?.id;
  }

  /** The room you are in, or are joining. */
  get room(): string | undefined {
    return this.#active?.room;
  }

  get peers(): ReadonlyMap<string, Peer<Messages, Metadata>> {
    return this.#room.peers;
  }

  /** What is published now, also before `join`: a new array each time. */
  get publications(): readonly Publication[] {
    return [...this.#room.published];
  }

  /**
   * Joins a room; resolves when the server has let you in. Rejects with a `SignalingError`: the code of the server
   * (`UNAUTHORIZED`, `ROOM_FULL`, ...), `TIMEOUT`, `ABORTED`, or `INVALID_STATE` while you are in a room.
   */
  async join(room: string, { token, signal, timeoutMs = joinTimeoutMs }: JoinOptions = {}): Promise<void> {
    if (typeof room !== "string" || room === "") throw invalid("join() needs the name of a room.");
    if (this.#active !== undefined) {
      throw new SignalingError(
        "INVALID_STATE",
        `This manager is ${this.state}: call leave() first, or use another one.`,
      );
    }
    const { settings } = this.#room;
    if (settings.RTCPeerConnection === undefined && typeof globalThis.RTCPeerConnection !== "function") {
      throw new SignalingError("INVALID_STATE", "There is no RTCPeerConnection here: pass one as an option.");
    }
    const membership = new Membership(
      new SocketIoChannel(this.#socket, settings),
      // People type names: two that look the same are the same room.
      {
        room: room.normalize("NFC"),
        token,
        capabilities: { ...settings.capabilities, dialect: "sdp" },
        metadata: () => this.#metadata,
      },
      settings,
      this.#room,
    );
    this.#room.membership = membership;
    await membership.join({ signal, timeoutMs });
  }

  /**
   * Leaves the room and closes every connection at once. Resolves when the server has answered, or cannot answer.
   * Never rejects. Publications stay, for the next join.
   */
  async leave(): Promise<void> {
    const left = this.#room.membership?.leave();
    this.#room.clear();
    await left;
  }

  /**
   * Sends media to everyone in the room and to those who come later, until it is stopped. May be called before `join`.
   */
  publish(media: MediaStream | MediaStreamTrack, options: PublishOptions<Messages, Metadata> = {}): Publication {
    return this.#room.publish(media, options);
  }

  /**
   * Sends to everyone in the room over the data channels, reliably and in order for each of them. Peers without a
   * channel (legacy clients) are left out. Throws `INVALID_ARGUMENT` for data that does not fit `messages`,
   * `INVALID_STATE` outside a room, and `BACKPRESSURE` when over 1 MiB is queued for a peer; the others still receive
   * it.
   */
  send<Type extends keyof Messages & string>(type: Type, data: MessageInput<Messages, Type>): void {
    const { state, settings, peers } = this.#room;
    if (state !== "joined" && state !== "reconnecting")
      throw new SignalingError("INVALID_STATE", "Await join() before send().");
    if (!settings.dataChannel) throw noChannel();
    const text = encodeMessage(settings.messages, { type, data });
    let failure: unknown;
    for (const peer of peers.values()) {
      try {
        if (peer.canReceive) peer.sendText(text);
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw failure as SignalingError;
  }

  /**
   * Changes what the others see of you; resolves when the server has accepted it. During an outage it is kept, and
   * sent when the manager rejoins. Rejects with the error of the server.
   */
  async setMetadata(metadata: Metadata): Promise<void> {
    const { membership } = this.#room;
    const before = this.#metadata;
    this.#metadata = metadata;
    if (membership?.state !== "joined") return;
    try {
      await membership.call("metadata", { room: membership.room, metadata });
    } catch (error) {
      if (error instanceof SignalingError && error.retryable) return;
      this.#metadata = before;
      throw error;
    }
  }

  /**
   * The last 500 events of this manager and its peers, the oldest first, to attach to a bug report. It contains no SDP,
   * no address, no key or token, no name of a room or person.
   */
  timeline(): readonly TimelineEntry[] {
    return this.#room.timeline;
  }

  /**
   * Adds a listener and returns a function that removes it. Listeners run after the code that caused the event, in a
   * microtask: they may leave, join, publish or throw. A listener that throws affects no other listener.
   */
  on<Event extends keyof ManagerEvents<Messages, Metadata>>(
    event: Event,
    listener: (...args: ManagerEvents<Messages, Metadata>[Event]) => void,
  ): () => void {
    return this.#room.on(event, listener);
  }

  off<Event extends keyof ManagerEvents<Messages, Metadata>>(
    event: Event,
    listener: (...args: ManagerEvents<Messages, Metadata>[Event]) => void,
  ): void {
    this.#room.off(event, listener);
  }

  /** Resolves with the argument of the next event, or with a tuple if the event has several arguments. */
  once<Event extends keyof ManagerEvents<Messages, Metadata>>(
    event: Event,
  ): Promise<OnceResult<ManagerEvents<Messages, Metadata>[Event]>> {
    return this.#room.once(event);
  }

  /** @internal For `simulate` of `@sig/client/testing`. */
  get [faultsOf](): Faults {
    return { socket: this.#socket, peers: this.#room.peers };
  }

  /** The membership that we have or are joining. */
  get #active(): Membership | undefined {
    return this.state === "idle" || this.state === "left" ? undefined : this.#room.membership;
  }
}
