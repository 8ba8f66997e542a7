import { Room } from "./room/room.js";
import { mustBe, readOptions, withDefaults, type PeerManagerOptions } from "./options.js";
import { checkSocket, type Socket } from "./signaling/socket-io.js";
import { faultsOf, type Faults } from "./room/faults.js";
import { encodeMessage } from "./peer/message-codec.js";
import { SignalingError, noChannel } from "./errors.js";
import { SocketIoChannel } from "./signaling/socket-io-channel.js";
import { Membership } from "./signaling/membership.js";
import { joinTimeoutMs } from "./negotiation/time-constants.js";
import type { OnceOptions, OnceResult } from "./util/emitter.js";
import type { ManagerEvents, ManagerState } from "./events.js";
import type { MessageInput, MessageSchemas } from "./peer/message-schemas.js";
import type { Peer } from "./peer/peer.js";
import type { Publication, PublishOptions } from "./room/publication.js";
import type { Token } from "./signaling/token.js";
import type { Traceparent } from "./signaling/traceparent.js";
import type { TimelineEntry } from "./room/timeline.js";

export interface JoinOptions {
  /** For the server's `authorize`; a function is called again for every return and for every renewal. */
  token?: Token;
  /**
   * A W3C trace context, such as `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`: a server with a `tracer`
   * makes this join, and what it relays for you, part of that trace. A function is called for each attempt, each return
   * and each renewal; what it throws is ignored.
   */
  traceparent?: Traceparent;
  signal?: AbortSignal;
  /**
   * For the whole join, including the connection to the server; default 15000 ms. `Infinity`: for as long as it takes.
   */
  timeoutMs?: number;
}

const joinDefaults = {
  token: undefined,
  traceparent: undefined,
  signal: undefined,
  timeoutMs: joinTimeoutMs,
} satisfies Record<keyof JoinOptions, unknown>;
const publishDefaults = { label: undefined, to: undefined } satisfies Record<keyof PublishOptions, unknown>;

/**
 * Your membership in one room. It joins, rejoins after every outage, and has one `Peer` for each other member.
 * Several managers may share a socket, each in a room of its own. Listeners may call any method.
 */
export class PeerManager<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  /** @internal Keeps Vue from making a proxy of it, on which no private member works. */
  readonly [Symbol.toStringTag] = "PeerManager";
  readonly #socket: Socket;
  readonly #room: Room<Messages, Metadata>;

  /**
   * `socket` is a Socket.IO client socket of yours, connected or not; it is never closed here.
   * Throws `INVALID_ARGUMENT` for anything else, for options that are invalid or that there are not, and for metadata
   * that is not JSON; `INVALID_STATE` where there is no `crypto`.
   */
  constructor(socket: Socket, options: PeerManagerOptions<Messages, Metadata> = {}) {
    checkSocket(socket as object);
    if (typeof (globalThis as { crypto?: Partial<Crypto> }).crypto?.getRandomValues !== "function")
      throw new SignalingError(
        "INVALID_STATE",
        'There is no crypto.getRandomValues here: import "react-native-get-random-values" first.',
      );
    this.#socket = socket;
    this.#room = new Room(readOptions(options), options.metadata);
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

  /** What you show of yourself: the newest value of `setMetadata`, or the one before if the server rejected that. */
  get metadata(): Metadata | undefined {
    return this.#room.metadata.newest as Metadata | undefined;
  }

  /** What the application on the server says of you, while you are in the room; undefined if it says nothing. */
  get attributes(): unknown {
    return this.#room.attributes;
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
   * (`UNAUTHORIZED`, `ROOM_FULL`, ...), `TIMEOUT`, `ABORTED`, or `INVALID_STATE` while you are in a room. Where the
   * server decides nothing (`INTERNAL`, `RATE_LIMITED`, `CLOSING`) it tries again until `timeoutMs` have passed. While
   * the application takes its time (event `waiting`) that time does not count: `leave` or `signal` cancels the join.
   */
  async join(room: string, options: JoinOptions = {}): Promise<void> {
    const { token, traceparent, signal, timeoutMs } = withDefaults(joinDefaults, options);
    if (!(timeoutMs > 0)) throw mustBe("timeoutMs", "more than 0");
    if (typeof room !== "string" || room === "") throw mustBe("room", "the name of a room");
    if (this.#active !== undefined) {
      throw new SignalingError("INVALID_STATE", `This manager is ${this.state}: call leave() first, or use another.`);
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
        traceparent,
        capabilities: { ...settings.capabilities, dialect: "sdp" },
        offer: () => this.#room.offer,
        metadata: () => this.#room.metadata.forJoin(),
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
    this.#room.abortWaiting();
    await left;
  }

  /**
   * Sends media to everyone in the room and to those who come later, until it is stopped. May be called before `join`.
   * Throws `INVALID_ARGUMENT` for anything but a stream with tracks or a track.
   */
  publish(media: MediaStream | MediaStreamTrack, options: PublishOptions<Messages, Metadata> = {}): Publication {
    return this.#room.publish(media, withDefaults(publishDefaults, options));
  }

  /**
   * Sends to everyone in the room over the data channels, reliably and in order for each of them. Peers without a
   * channel (legacy clients) are left out, and so is whoever is not in `peers` yet. Returns the number of receivers,
   * those included whose channel opens later. Throws `INVALID_ARGUMENT` for data that does not fit `messages`,
   * `INVALID_STATE` outside a room, and `BACKPRESSURE` when over 1 MiB is queued for a peer; the others still receive
   * it.
   */
  send<Type extends keyof Messages & string>(type: Type, data: MessageInput<Messages, Type>): number {
    const { state, settings, peers } = this.#room;
    if (state !== "joined" && state !== "reconnecting")
      throw new SignalingError("INVALID_STATE", "Await join() before send().");
    if (!settings.dataChannel) throw noChannel();
    const text = encodeMessage(settings.messages, { type, data });
    let receivers = 0;
    let failure: unknown;
    for (const peer of peers.values()) {
      if (!peer.canReceive) continue;
      receivers += 1;
      try {
        peer.sendText(text);
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw failure as SignalingError;
    return receivers;
  }

  /**
   * Changes what the others see of you; resolves when the server has accepted it, or a newer value in its place. Before
   * the answer to a join and during an outage it is kept, and sent once the manager has joined. Rejects with
   * `INVALID_ARGUMENT` for what is not JSON, and with the error of the server: then the others go on seeing the value
   * before.
   */
  async setMetadata(metadata: Metadata): Promise<void> {
    const set = this.#room.metadata.set(metadata);
    this.#room.emit("metadata", this.metadata);
    try {
      await set;
    } catch (error) {
      this.#room.emit("metadata", this.metadata);
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

  /**
   * Resolves with the argument of the next event, or with a tuple if the event has several arguments. Rejects with
   * `ABORTED` when the stay ends before, by `leave` or by the server, and when `signal` is aborted.
   */
  once<Event extends keyof ManagerEvents<Messages, Metadata>>(
    event: Event,
    options?: OnceOptions,
  ): Promise<OnceResult<ManagerEvents<Messages, Metadata>[Event]>> {
    return this.#room.once(event, options);
  }

  /** @internal For `simulate` of `@sig/client/testing`. */
  get [faultsOf](): Faults {
    return { socket: this.#socket, membership: this.#room.membership, peers: this.#room.peers };
  }

  /** The membership that we have or are joining. */
  get #active(): Membership | undefined {
    return this.state === "idle" || this.state === "left" ? undefined : this.#room.membership;
  }
}
