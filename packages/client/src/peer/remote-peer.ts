import type { Presence } from "@sig/protocol";
import { Emitter } from "../util/emitter.js";
import { SignalingError, noChannel } from "../errors.js";
import type { ManagerEvents, ManagerState } from "../events.js";
import { encodeMessage, readMessage } from "./message-codec.js";
import type { MessageSchemas } from "../options.js";
import { PeerSession } from "./peer-session.js";
import type { PeerIdentity, PeerSessionListener, SessionRoom } from "./peer-session-ports.js";
import type { MessageEventOf, Peer, PeerEvents, PeerState } from "./peer.js";
import type { RecoveryStep } from "../negotiation/recovery.js";
import type { IncomingTrack } from "../webrtc/media/incoming-tracks.js";

/** What a peer needs of the room it is in. */
export interface PeerRoom<Messages extends MessageSchemas, Metadata> extends SessionRoom {
  /** Our own. */
  readonly state: ManagerState;
  /** Tells the manager's listeners. */
  emit<Event extends keyof ManagerEvents<Messages, Metadata>>(
    event: Event,
    ...args: ManagerEvents<Messages, Metadata>[Event]
  ): void;
  /** The peer said something over the message channel that belongs to the negotiation. */
  signaled(peer: RemotePeer<Messages, Metadata>, event: string, payload: object): void;
  /** The connection is another or in another state: a peer that was kept only for its connection may have to go. */
  connectionChanged(peer: RemotePeer<Messages, Metadata>): void;
}

/** A `Peer`, with all that the room does with it: apps see the interface alone. */
export class RemotePeer<Messages extends MessageSchemas, Metadata>
  extends Emitter<PeerEvents<Messages, Metadata>>
  implements Peer<Messages, Metadata>, PeerSessionListener
{
  readonly id: string;
  readonly keyed: boolean;
  readonly pair: PeerSession;
  metadata: Metadata | undefined;
  presence: Presence;
  state: PeerState = "waiting";
  /** The server does not list the peer: it is kept while its connection holds, or for a while. */
  missing = false;
  /** Ends the wait for a peer that is missing. */
  stopWaiting: (() => void) | undefined;
  readonly #room: PeerRoom<Messages, Metadata>;
  #wasConnected = false;
  /** By the clock of the settings. */
  #stateSince: number;
  /** When the path was there last, or the peer came. */
  #lostSince: number;

  constructor(
    identity: PeerIdentity,
    presence: Presence,
    metadata: Metadata | undefined,
    room: PeerRoom<Messages, Metadata>,
  ) {
    super(room.settings.logger);
    this.id = identity.id;
    this.keyed = identity.keyed;
    this.presence = presence;
    this.metadata = metadata;
    this.#room = room;
    this.#stateSince = this.#lostSince = room.settings.clock.now();
    this.pair = new PeerSession(identity, presence === "online", room, this);
  }

  get connection(): RTCPeerConnection | undefined {
    return this.pair.connection;
  }

  /** Whether there is, or will be, a channel for `send`. */
  get canReceive(): boolean {
    return this.keyed && this.#room.settings.dataChannel;
  }

  send(type: string, data: unknown): void {
    this.sendText(encodeMessage(this.#room.settings.messages, { type, data }));
  }

  sendText(text: string): void {
    if (this.state === "closed") throw new SignalingError("INVALID_STATE", "This peer has left.");
    if (!this.canReceive) throw noChannel();
    this.pair.sendText(text);
  }

  async explain(): Promise<readonly string[]> {
    const { explainPeer } = await import("../diagnostics/explain-peer.js");
    const { settings, state: signaling } = this.#room;
    const now = settings.clock.now();
    const { state, presence } = this;
    return explainPeer(
      { state, stateForMs: now - this.#stateSince, lostForMs: now - this.#lostSince, signaling, presence },
      this.pair.facts,
    );
  }

  openChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    return this.pair.openChannel(label, init);
  }

  async getStats(): Promise<RTCStatsReport> {
    return (await this.pair.statistics?.ask()) ?? (new Map() as RTCStatsReport);
  }

  track(event: "track" | "trackEnded", incoming: IncomingTrack): void {
    this.#emitBoth(event, { peer: this, ...incoming });
  }

  channel(channel: RTCDataChannel): void {
    this.#emitBoth("channel", { peer: this, channel });
  }

  signaled(event: string, payload: object): void {
    this.#room.signaled(this, event, payload);
  }

  recovery(step: RecoveryStep, attempt: number, cause: string | undefined): void {
    if (step === "gave-up") this.#setState("failed");
    else if (!this.pair.connected && this.state !== "waiting") this.#setState(this.#busy);
    this.#emitBoth("recovery", { peer: this, step, attempt, cause });
  }

  /** Something went wrong with this peer alone. */
  failed(error: SignalingError): void {
    this.#emitBoth("error", error);
  }

  stateChanged(connection: RTCPeerConnectionState): void {
    if (connection === "connected") this.#wasConnected = true;
    if (connection === "closed") return;
    // What failed for good is tried again now and then: it is told only when that has succeeded.
    if (connection === "connected") this.#setState("connected");
    else if (this.state !== "failed") this.#setState(this.#busy);
    this.#room.connectionChanged(this);
  }

  setPresence(presence: Presence): void {
    const changed = presence !== this.presence;
    this.presence = presence;
    this.pair.setOnline(presence === "online");
    if (!changed) return;
    this.#room.note("presence", this.id, { presence });
    this.emit("presence", presence);
    this.#room.emit("peerPresence", this, presence);
  }

  setMetadata(metadata: Metadata | undefined): void {
    this.metadata = metadata;
    this.emit("metadata", metadata);
    this.#room.emit("peerMetadata", this, metadata);
  }

  /** Ends the connection; the state is `closed` before anybody hears of it. */
  close(): void {
    this.stopWaiting?.();
    this.pair.close();
    this.#setState("closed");
  }

  #setState(state: PeerState): void {
    if (state === this.state || this.state === "closed") return;
    this.#stateSince = this.#room.settings.clock.now();
    if (this.state === "connected") this.#lostSince = this.#stateSince;
    this.state = state;
    this.#room.note("peer", this.id, { state });
    this.emit("state", state);
    this.#room.emit("peerState", this, state);
  }

  /** An app message, whichever way it came. */
  message(value: unknown): void {
    try {
      this.#emitBoth("message", { peer: this, ...readMessage(this.#room.settings.messages, value) } as MessageEventOf<
        Messages,
        Metadata
      >);
    } catch (error) {
      // Only `readMessage` throws: listeners are isolated by the emitter.
      this.failed(error as SignalingError);
    }
  }

  get #busy(): PeerState {
    return this.#wasConnected ? "reconnecting" : "connecting";
  }

  /** The peer's own listeners first, then those of the manager. */
  #emitBoth<Event extends keyof PeerEvents<Messages, Metadata> & keyof ManagerEvents<Messages, Metadata>>(
    event: Event,
    arg: PeerEvents<Messages, Metadata>[Event][0] & ManagerEvents<Messages, Metadata>[Event][0],
  ): void {
    this.emit(event, ...([arg] as unknown as PeerEvents<Messages, Metadata>[Event]));
    this.#room.emit(event, ...([arg] as unknown as ManagerEvents<Messages, Metadata>[Event]));
  }
}
