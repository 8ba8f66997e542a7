import type { Presence } from "@sig/protocol";
import { SignalingError } from "./errors.js";
import { Emitter } from "./emitter.js";
import type { ManagerEvents, MessageEventOf, PeerEvents, PeerState } from "./events.js";
import { decodeMessage, encodeMessage, validated } from "./messages.js";
import type { MessageSchemas, Settings } from "./options.js";
import { Pair, type PairIdentity, type PairListener, type PairMessage } from "./pair.js";
import { Peer } from "./peer.js";
import type { IncomingTrack } from "./webrtc/incoming-tracks.js";

/** What a remote peer needs of the room it is in. */
export interface RemotePeerContext<Messages extends MessageSchemas, Metadata> {
  readonly settings: Settings;
  readonly events: Emitter<ManagerEvents<Messages, Metadata>>;
  iceServers(): RTCIceServer[];
  send(to: string, message: PairMessage): void;
  /** The state has changed: a peer that was kept only for its connection may have to go. */
  stateChanged(remote: RemotePeer<Messages, Metadata>): void;
}

/** The mutable side of a `Peer`: what is known of it, its pair, and the two emitters that tell of it. */
export class RemotePeer<Messages extends MessageSchemas, Metadata> implements PairListener {
  readonly id: string;
  readonly keyed: boolean;
  readonly peer: Peer<Messages, Metadata>;
  readonly pair: Pair;
  readonly events: Emitter<PeerEvents<Messages, Metadata>>;
  readonly #context: RemotePeerContext<Messages, Metadata>;
  metadata: Metadata | undefined;
  presence: Presence = "online";
  state: PeerState = "waiting";
  /** The server does not list the peer: it is kept while its connection holds or until this timer ends. */
  missing = false;
  absentTimer: ReturnType<typeof setTimeout> | undefined;
  #wasConnected = false;

  constructor(identity: PairIdentity, presence: Presence, metadata: Metadata | undefined, context: RemotePeerContext<Messages, Metadata>) {
    this.id = identity.remoteId;
    this.keyed = identity.keyed;
    this.presence = presence;
    this.metadata = metadata;
    this.#context = context;
    this.events = new Emitter(context.settings.logger);
    this.peer = new Peer(this);
    this.pair = new Pair(identity, presence === "online", context.settings, () => context.iceServers(), this);
  }

  signal(message: PairMessage): void {
    this.#context.send(this.id, message);
  }

  track(incoming: IncomingTrack): void {
    this.#emitBoth("track", { peer: this.peer, ...incoming });
  }

  trackEnded(incoming: IncomingTrack): void {
    this.#emitBoth("trackEnded", { peer: this.peer, ...incoming });
  }

  text(text: string): void {
    this.#receive(() => decodeMessage(this.#context.settings.messages, text));
  }

  channel(channel: RTCDataChannel): void {
    this.#emitBoth("channel", { peer: this.peer, channel });
  }

  /** Something went wrong with this peer alone. */
  failed(error: SignalingError): void {
    this.#emitBoth("error", error);
  }

  stateChanged(connection: RTCPeerConnectionState): void {
    if (connection === "connected") this.#wasConnected = true;
    if (connection === "closed") return;
    const busy = this.#wasConnected ? "reconnecting" : "connecting";
    this.#setState(connection === "connected" || connection === "failed" ? connection : busy);
    this.#context.stateChanged(this);
  }

  send(type: string, data: unknown): void {
    this.sendText(encodeMessage(this.#context.settings.messages, type, data));
  }

  sendText(text: string): void {
    if (this.state === "closed") throw new SignalingError("INVALID_STATE", "This peer has left.");
    if (!this.canReceive) {
      throw new SignalingError("INVALID_STATE", "There is no data channel to this peer: the option dataChannel is false, or it joined without a key.");
    }
    this.pair.sendText(text);
  }

  get canReceive(): boolean {
    return this.keyed && this.#context.settings.dataChannel;
  }

  /** A message that came through the server. */
  receiveRelayed(type: string, data: unknown): void {
    this.#receive(() => ({ type, data: validated(this.#context.settings.messages, type, data) }));
  }

  setPresence(presence: Presence): void {
    const changed = presence !== this.presence;
    this.presence = presence;
    this.pair.setReachable(presence === "online");
    if (!changed) return;
    this.events.emit("presence", presence);
    this.#context.events.emit("peerPresence", this.peer, presence);
  }

  setMetadata(metadata: Metadata | undefined): void {
    this.metadata = metadata;
    this.events.emit("metadata", metadata);
    this.#context.events.emit("peerMetadata", this.peer, metadata);
  }

  /** Ends the connection; the state is `closed` before anybody hears of it. */
  close(): void {
    clearTimeout(this.absentTimer);
    this.pair.close();
    this.#setState("closed");
  }

  #setState(state: PeerState): void {
    if (state === this.state || this.state === "closed") return;
    this.state = state;
    this.events.emit("state", state);
    this.#context.events.emit("peerState", this.peer, state);
  }

  #receive(read: () => { type: string; data: unknown }): void {
    try {
      this.#emitBoth("message", { peer: this.peer, ...read() } as MessageEventOf<Messages, Metadata>);
    } catch (error) {
      // Only `read` throws: listeners are isolated by the emitter.
      this.#emitBoth("error", error instanceof SignalingError ? error : new SignalingError("BAD_MESSAGE", "A schema of `messages` threw.", { cause: error }));
    }
  }

  /** The peer's own listeners first, then those of the manager. */
  #emitBoth<Event extends keyof PeerEvents<Messages, Metadata> & keyof ManagerEvents<Messages, Metadata>>(
    event: Event,
    arg: PeerEvents<Messages, Metadata>[Event][0] & ManagerEvents<Messages, Metadata>[Event][0],
  ): void {
    this.events.emit(event, ...([arg] as unknown as PeerEvents<Messages, Metadata>[Event]));
    this.#context.events.emit(event, ...([arg] as unknown as ManagerEvents<Messages, Metadata>[Event]));
  }
}
