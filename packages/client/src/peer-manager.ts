import type { Capabilities, ServerPayload } from "@sig/protocol";
import { SignalingError } from "./errors.js";
import { Emitter, type OnceResult } from "./emitter.js";
import type { ManagerEvents, ManagerState } from "./events.js";
import { encodeMessage } from "./messages.js";
import { invalid, readOptions, type MessageInput, type MessageSchemas, type PeerManagerOptions, type Settings } from "./options.js";
import type { PairMessage } from "./pair.js";
import type { Peer } from "./peer.js";
import { LocalPublication, type Publication, type PublishOptions } from "./publication.js";
import type { RemotePeer } from "./remote-peer.js";
import { RoomPeers } from "./room-peers.js";
import { Membership, type Token } from "./signaling/membership.js";
import type { ServerMessage } from "./signaling/signaling-channel.js";
import { SocketIoChannel, type Socket } from "./signaling/socket-io-channel.js";

export interface JoinOptions {
  /** For the server's `authorize`; a function is asked again for every return after an outage. */
  token?: Token;
  signal?: AbortSignal;
  /** For the join as a whole, connecting included; default 15000 ms. */
  timeoutMs?: number;
}

/**
 * You in one room: joins it, keeps the membership over every outage, and holds one `Peer` for each of the others.
 * Several managers may share a socket, each in a room of its own.
 */
export class PeerManager<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  readonly #socket: Socket;
  readonly #settings: Settings;
  readonly #events: Emitter<ManagerEvents<Messages, Metadata>>;
  readonly #room: RoomPeers<Messages, Metadata>;
  readonly #publications = new Map<LocalPublication, ((peer: Peer<Messages, Metadata>) => boolean) | undefined>();
  #metadata: Metadata | undefined;
  #membership: Membership | undefined;
  #iceServers: RTCIceServer[] = [];
  #state: ManagerState = "idle";

  /**
   * `socket` is a Socket.IO client socket of yours, connected or not; it is never closed here.
   * Throws `INVALID_ARGUMENT` for anything that is not one, and for options that make no sense.
   */
  constructor(socket: Socket, options: PeerManagerOptions<Messages, Metadata> = {}) {
    if (typeof (socket as Partial<Socket> | undefined)?.emit !== "function") {
      throw invalid('The first argument must be a Socket.IO client socket: new PeerManager(io("https://example.org")).');
    }
    this.#socket = socket;
    this.#settings = readOptions(options);
    this.#metadata = options.metadata;
    this.#events = new Emitter(options.logger);
    this.#room = new RoomPeers({
      settings: this.#settings,
      events: this.#events,
      iceServers: () => this.#iceServers,
      send: (to, message) => {
        this.#relay(to, message);
      },
      prepare: (remote) => {
        for (const [publication, isFor] of this.#publications) this.#sendTo(remote, publication, isFor);
      },
      dropped: ({ pair }) => {
        for (const publication of this.#publications.keys()) publication.forget(pair);
      },
    });
  }

  get state(): ManagerState {
    return this.#state;
  }

  /** Your id in the room, once you are in it; it stays the same over outages. */
  get id(): string | undefined {
    return this.#current?.id;
  }

  /** The room you are in, or are joining. */
  get room(): string | undefined {
    return this.#current?.room;
  }

  get peers(): ReadonlyMap<string, Peer<Messages, Metadata>> {
    return this.#room.peers;
  }

  /**
   * Enters a room; resolves when the server has let you in. Rejects with a `SignalingError`: the server's refusal
   * (`UNAUTHORIZED`, `ROOM_FULL`, ...), `TIMEOUT`, `ABORTED`, or `INVALID_STATE` while you are in a room.
   */
  async join(room: string, { token, signal, timeoutMs = 15_000 }: JoinOptions = {}): Promise<void> {
    if (typeof room !== "string" || room === "") throw invalid("join() needs the name of a room: 1 to 128 characters.");
    if (this.#state !== "idle" && this.#state !== "left") {
      throw new SignalingError("INVALID_STATE", `This manager is already in a room ("${this.#state}"). Call leave() first, or use another PeerManager.`);
    }
    if (this.#settings.RTCPeerConnection === undefined && typeof globalThis.RTCPeerConnection !== "function") {
      throw new SignalingError("INVALID_STATE", "There is no RTCPeerConnection here. Outside a browser, pass one as the option RTCPeerConnection.");
    }
    const membership = new Membership(
      new SocketIoChannel(this.#socket, this.#settings.logger),
      // Typed by people: what looks the same is the same room.
      { room: room.normalize("NFC"), token, capabilities: this.#capabilities(), metadata: () => this.#metadata },
      this.#settings.recovery,
      {
        stateChanged: (state) => {
          // A join that came to nothing leaves the manager as it was.
          if (this.#membership === membership) this.#setState(state === "left" && this.#state === "joining" ? "idle" : state);
        },
        entered: (created) => {
          this.#onEntered(created);
        },
        interrupted: () => {
          this.#room.interrupted();
        },
        message: (message) => {
          this.#onMessage(message);
        },
        ended: (error) => {
          this.#room.clear();
          this.#events.emit("error", error);
        },
      },
    );
    this.#membership = membership;
    await membership.join({ signal, timeoutMs });
  }

  /**
   * Leaves the room and closes every connection, at once; resolves when the server has heard of it, or cannot.
   * Never rejects. Publications stay, for the next join.
   */
  async leave(): Promise<void> {
    const goodbye = this.#membership?.leave();
    this.#room.clear();
    await goodbye;
  }

  /** Sends media to everyone in the room and to those who come later, until it is stopped. May be called before `join`. */
  publish(media: MediaStream | MediaStreamTrack, { label, to }: PublishOptions<Messages, Metadata> = {}): Publication {
    const publication = new LocalPublication(media, label, (stopped) => this.#publications.delete(stopped));
    this.#publications.set(publication, to);
    for (const remote of this.#room) this.#sendTo(remote, publication, to);
    return publication;
  }

  /**
   * Sends to everyone in the room over the data channels, reliably and in order for each of them. Peers without a
   * channel (joined without a key) are left out. Throws `INVALID_ARGUMENT` for data that does not fit `messages`,
   * `INVALID_STATE` outside a room, and `BACKPRESSURE` when over 1 MiB waits for somebody; the others get it all the same.
   */
  send<Type extends keyof Messages & string>(type: Type, data: MessageInput<Messages, Type>): void {
    if (this.#state !== "joined" && this.#state !== "reconnecting") throw new SignalingError("INVALID_STATE", "You are in no room. Await join() before send().");
    if (!this.#settings.dataChannel) throw new SignalingError("INVALID_STATE", "send() needs data channels, and the option dataChannel is false.");
    const text = encodeMessage(this.#settings.messages, type, data);
    let failure: unknown;
    for (const remote of this.#room) {
      try {
        if (remote.canReceive) remote.sendText(text);
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw failure as SignalingError;
  }

  /**
   * Changes what the others see of you; resolves when the server has accepted it. During an outage it is kept and
   * told with the return. Rejects with the server's refusal.
   */
  async setMetadata(metadata: Metadata): Promise<void> {
    const membership = this.#membership;
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

  /** Adds a listener and returns what removes it. A listener that throws breaks nothing but itself. */
  on<Event extends keyof ManagerEvents<Messages, Metadata>>(event: Event, listener: (...args: ManagerEvents<Messages, Metadata>[Event]) => void): () => void {
    return this.#events.on(event, listener);
  }

  off<Event extends keyof ManagerEvents<Messages, Metadata>>(event: Event, listener: (...args: ManagerEvents<Messages, Metadata>[Event]) => void): void {
    this.#events.off(event, listener);
  }

  /** Resolves with the event's next argument, or with all of them in a tuple where there are several. */
  once<Event extends keyof ManagerEvents<Messages, Metadata>>(event: Event): Promise<OnceResult<ManagerEvents<Messages, Metadata>[Event]>> {
    return this.#events.once(event);
  }

  get #current(): Membership | undefined {
    return this.#membership?.state === "left" ? undefined : this.#membership;
  }

  #capabilities(): Capabilities {
    return { trickle: true, rollback: true, renegotiate: true, restart: true, dialect: "sdp" };
  }

  #onEntered(created: ServerPayload<"created">): void {
    if (created.iceServers !== undefined) this.#useIceServers(created.iceServers);
    this.#room.entered(created);
  }

  #onMessage(message: ServerMessage): void {
    if (message.event === "iceServers") this.#useIceServers(message.payload.iceServers);
    else this.#room.handle(message);
  }

  #useIceServers(iceServers: RTCIceServer[]): void {
    this.#iceServers = iceServers;
    for (const { pair } of this.#room) pair.updateIceServers();
  }

  #sendTo(remote: RemotePeer<Messages, Metadata>, publication: LocalPublication, isFor: ((peer: Peer<Messages, Metadata>) => boolean) | undefined): void {
    if (isFor === undefined || isFor(remote.peer)) publication.addTo(remote.pair);
  }

  #relay(to: string, { event, payload }: PairMessage): void {
    const membership = this.#current;
    if (membership === undefined) return;
    const address = { from: membership.id, to, room: membership.room };
    // The switch keeps each payload with its event.
    switch (event) {
      case "offer":
        membership.send(event, { ...address, ...payload });
        break;
      case "answer":
        membership.send(event, { ...address, ...payload });
        break;
      case "candidate":
        membership.send(event, { ...address, ...payload });
        break;
    }
  }

  #setState(state: ManagerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.emit("state", state);
  }
}
