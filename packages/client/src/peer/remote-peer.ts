import { PeerSession } from "./peer-session.js";
import { SignalingError, noChannel } from "../errors.js";
import { loadWhenConnected } from "./load-when-connected.js";
import { encodeMessage, readMessage } from "./message-codec.js";
import { Emitter } from "../util/emitter.js";
import { isSameJson } from "../util/same-json.js";
import { rejectedResendMs } from "../negotiation/time-constants.js";
import type { Presence } from "@sig/protocol/page";
import type { ManagerEvents, ManagerState } from "../events.js";
import type { NegotiationProfile } from "../negotiation/negotiation-profile.js";
import type { RecoveryStep } from "../negotiation/recovery.js";
import type { MessageSchemas } from "./message-schemas.js";
import type { NotificationQueue } from "../util/notification-queue.js";
import type { RemoteTrack, TrackEventName } from "../webrtc/media/incoming-tracks.js";
import type { MessageEventOf, Peer, PeerEvents, PeerState } from "./peer.js";
import type { PeerIdentity, PeerSessionListener, SessionRoom } from "./ports.js";

/** What a peer needs of the room it is in. */
export interface PeerRoom<Messages extends MessageSchemas, Metadata> extends SessionRoom {
  /** The state of our own membership. */
  readonly state: ManagerState;
  readonly notifications: NotificationQueue;
  /** Notifies the manager's listeners. */
  emit<Event extends keyof ManagerEvents<Messages, Metadata>>(
    event: Event,
    ...args: ManagerEvents<Messages, Metadata>[Event]
  ): void;
  /** A signaling message of the peer arrived over the message channel. */
  signaled(peer: RemotePeer<Messages, Metadata>, event: string, payload: object): void;
  /** The connection has changed: a peer that was kept only for its connection may have to go. */
  connectionChanged(peer: RemotePeer<Messages, Metadata>): void;
}

/** A `Peer`, with everything the room does with it. Applications see the interface alone. */
export class RemotePeer<Messages extends MessageSchemas, Metadata>
  extends Emitter<PeerEvents<Messages, Metadata>>
  implements Peer<Messages, Metadata>, PeerSessionListener
{
  declare readonly id: string;
  declare readonly profile: NegotiationProfile;
  declare readonly session: PeerSession;
  tracks: readonly RemoteTrack[] = [];
  declare metadata: Metadata | undefined;
  declare attributes: unknown;
  declare presence: Presence;
  /** The last state that was reported. */
  state: PeerState = "waiting";
  /** The server does not list the peer: it is kept while its connection holds, and for a while after. */
  missing = false;
  /** Ends the wait for a missing peer. */
  declare stopWaiting: (() => void) | undefined;
  /** Ends the wait before what was rejected is resent. */
  #stopResending: (() => void) | undefined;
  readonly #room: PeerRoom<Messages, Metadata>;
  /** By the clock of the settings. */
  #stateSince: number;
  /** When the path was lost, or the peer joined. */
  #lostSince: number;

  constructor(
    identity: PeerIdentity,
    presence: Presence,
    about: { readonly metadata?: unknown; readonly attributes?: unknown },
    room: PeerRoom<Messages, Metadata>,
  ) {
    super(room.notifications, room.settings.logger);
    this.id = identity.id;
    this.profile = identity.profile;
    this.presence = presence;
    this.metadata = about.metadata as Metadata | undefined;
    this.attributes = about.attributes;
    this.#room = room;
    this.#stateSince = this.#lostSince = room.settings.clock.now();
    this.session = new PeerSession(identity, presence === "online", room, this);
  }

  get connection(): RTCPeerConnection | undefined {
    return this.session.connection;
  }

  /** Whether there is, or will be, a channel for `send`. */
  get canReceive(): boolean {
    return this.profile.extended && this.#room.settings.dataChannel;
  }

  send(type: string, data: unknown): void {
    this.sendText(encodeMessage(this.#room.settings.messages, { type, data }));
  }

  sendText(text: string): void {
    if (this.state === "closed") throw new SignalingError("INVALID_STATE", "This peer has left.");
    if (!this.canReceive) throw noChannel();
    this.session.localMedia.messages.send(text);
  }

  async explain(): Promise<readonly string[]> {
    const loaded = await loadWhenConnected();
    return (
      loaded?.explainPeer(this, this.#room, this.#stateSince, this.#lostSince) ?? [
        `The peer is ${this.state}. The explanation could not be loaded.`,
      ]
    );
  }

  retry(): void {
    this.session.recover({ type: "retry" });
    this.stateChanged();
  }

  openChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    return this.session.localMedia.openChannel(label, init);
  }

  async getStats(): Promise<RTCStatsReport> {
    return (await this.session.stats?.ask()) ?? (new Map() as RTCStatsReport);
  }

  track(event: TrackEventName, incoming: RemoteTrack): void {
    this.tracks =
      event === "track"
        ? [...this.tracks, incoming]
        : this.tracks.flatMap((one) => (one.track !== incoming.track ? one : event === "trackMuted" ? incoming : []));
    this.#emitBoth(event, { peer: this, ...incoming });
  }

  connectionReady(connection: RTCPeerConnection): void {
    this.guard("onConnection", () => this.#room.settings.onConnection?.(connection, this as Peer));
  }

  channel(channel: RTCDataChannel): void {
    this.#emitBoth("channel", { peer: this, channel });
  }

  signaled(event: string, payload: object): void {
    if (event === "mute") this.session.remoteMuted(payload);
    else this.#room.signaled(this, event, payload);
  }

  recovery(step: RecoveryStep, attempt: number, cause: string | undefined): void {
    this.stateChanged();
    this.#emitBoth("recovery", { peer: this, step, attempt, cause });
  }

  /** Something failed with this peer alone. */
  failed(error: SignalingError): void {
    this.#emitBoth("error", error);
  }

  stateChanged(): void {
    const { state } = this.session;
    if (state !== this.state) {
      this.#stateSince = this.#room.settings.clock.now();
      if (this.state === "connected") this.#lostSince = this.#stateSince;
      this.state = state;
      this.#room.note("peer", this.id, { state });
      this.emit("state", state);
      this.#room.emit("peerState", this, state);
    }
    if (state !== "closed") this.#room.connectionChanged(this);
  }

  setPresence(presence: Presence): void {
    const changed = presence !== this.presence;
    this.presence = presence;
    this.session.setOnline(presence === "online");
    if (!changed) return;
    this.#room.note("presence", this.id, { presence });
    this.emit("presence", presence);
    this.#room.emit("peerPresence", this, presence);
  }

  /** What the peer says of itself, or the application of the peer. */
  describe(field: "metadata" | "attributes", value: unknown): void {
    if (isSameJson(value, this[field])) return;
    const described = value as Metadata | undefined;
    this[field] = described;
    this.emit(field, described);
    this.#room.emit(field === "metadata" ? "peerMetadata" : "peerAttributes", this, described);
  }

  /** The server has rejected a message to the peer, but not for good. */
  resendLater(): void {
    // One of many rejections is enough. A peer that is away will be reported online.
    if (this.session.isOnline) {
      const wait = rejectedResendMs * (1 + Math.random());
      this.#stopResending = this.#room.settings.clock.after(wait, () => {
        if (this.#room.state === "joined" && this.presence === "online") this.session.setOnline(true);
      });
    }
    this.session.setOnline(false);
  }

  /** Ends the session for good. */
  close(): void {
    this.stopWaiting?.();
    this.#stopResending?.();
    this.session.close();
    this.stateChanged();
    this.abortWaiting();
  }

  /** An app message, whichever route it came. */
  message(value: unknown): void {
    try {
      const message = readMessage(this.#room.settings.messages, value);
      this.#emitBoth("message", { peer: this, ...message } as MessageEventOf<Messages, Metadata>);
    } catch (error) {
      this.failed(error as SignalingError);
    }
  }

  /** Notifies the peer's own listeners first, then those of the manager. */
  #emitBoth<Event extends keyof PeerEvents<Messages, Metadata> & keyof ManagerEvents<Messages, Metadata>>(
    event: Event,
    arg: PeerEvents<Messages, Metadata>[Event][0] & ManagerEvents<Messages, Metadata>[Event][0],
  ): void {
    this.emit(event, ...([arg] as unknown as PeerEvents<Messages, Metadata>[Event]));
    this.#room.emit(event, ...([arg] as unknown as ManagerEvents<Messages, Metadata>[Event]));
  }
}
