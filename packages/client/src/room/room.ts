import { RemotePeer, type PeerRoom } from "../peer/remote-peer.js";
import { iceServersTimeoutMs } from "../negotiation/time-constants.js";
import { PendingMessages } from "./pending-messages.js";
import { IceServerList } from "./ice-server-list.js";
import { fromRejection, type SignalingError } from "../errors.js";
import { NotificationQueue } from "../util/notification-queue.js";
import { Timeline, type TimelineEntry } from "./timeline.js";
import { negotiationProfile } from "../negotiation/negotiation-profile.js";
import { OwnMetadata } from "./own-metadata.js";
import { Emitter } from "../util/emitter.js";
import { isSameJson } from "../util/same-json.js";
import { LocalPublication, type PublicationRoom } from "./local-publication.js";
import {
  isKeyedPeerId,
  serverSender,
  type ExitReason,
  type Json,
  type RosterPeer,
  type ServerPayload,
} from "@sig/protocol/page";
import { ConnectionFactory } from "../peer/connection-factory.js";
import { readRelayed, type RelayedMessage } from "../signaling/relayed.js";
import type { EarlyOffer } from "../peer/early-offer.js";
import type { ManagerEvents, ManagerState } from "../events.js";
import type { Settings } from "../options.js";
import type { MessageSchemas } from "../peer/message-schemas.js";
import type { MembershipListener } from "../signaling/membership-ports.js";
import type { Membership } from "../signaling/membership.js";
import type { RelayedEvent, RelayedPayload, ServerMessage } from "../signaling/signaling-channel.js";
import type { PublishOptions } from "./publication.js";

/**
 * The other peers in the room. Peers are those that the server lists, and those that we are still connected with: a
 * signaling server that has forgotten them (after a restart, say) ends no call.
 */
export class Room<Messages extends MessageSchemas, Metadata>
  extends Emitter<ManagerEvents<Messages, Metadata>>
  implements MembershipListener, PeerRoom<Messages, Metadata>, PublicationRoom<Messages, Metadata>
{
  declare readonly settings: Settings;
  declare readonly notifications: NotificationQueue;
  readonly peers = new Map<string, RemotePeer<Messages, Metadata>>();
  readonly published = new Set<LocalPublication<Messages, Metadata>>();
  declare readonly metadata: OwnMetadata;
  declare membership: Membership | undefined;
  declare offeredTo: string | undefined;
  declare bundles: boolean;
  /** What the application says of us. */
  declare attributes: unknown;
  readonly #pending = new PendingMessages<RelayedMessage>();
  /** By peer and connection epoch: the profile of the stay that it belongs to. */
  readonly #epochs = new Map<string, object>();
  readonly #timeline: Timeline;
  readonly #connections: ConnectionFactory;
  readonly #iceServers: IceServerList;
  #selfId = "";

  constructor(settings: Settings, metadata: Metadata | undefined) {
    const notifications = new NotificationQueue();
    super(notifications, settings.logger);
    this.settings = settings;
    this.notifications = notifications;
    this.metadata = new OwnMetadata(metadata, this);
    this.#timeline = new Timeline(settings.clock);
    this.#connections = new ConnectionFactory(settings.RTCPeerConnection);
    this.#iceServers = new IceServerList(settings.iceServers, settings.clock);
  }

  get state(): ManagerState {
    return this.membership?.state ?? "idle";
  }

  /**
   * Publishes to everyone who is present, and later joins. Throws `INVALID_ARGUMENT`, and then nothing is published.
   */
  publish(
    media: MediaStream | MediaStreamTrack,
    options: PublishOptions<Messages, Metadata>,
  ): LocalPublication<Messages, Metadata> {
    const publication = new LocalPublication(media, options, this);
    this.published.add(publication);
    for (const peer of [...this.peers.values()]) publication.sendTo(peer);
    this.publicationsChanged();
    return publication;
  }

  publicationsChanged(): void {
    this.emit("publications", [...this.published]);
  }

  get configuration(): RTCConfiguration {
    return { ...this.settings.rtc, iceServers: this.#iceServers.current };
  }

  makeConnection(): RTCPeerConnection {
    return this.#connections.make(this.configuration);
  }

  relay<Event extends RelayedEvent>(event: Event, payload: RelayedPayload<Event>): void {
    const peer = this.peers.get(payload.to);
    // Should the peer leave before it answers, the answer must not reach a connection of its next stay.
    if (peer !== undefined) this.#isOfThisStay(peer, payload.link?.epoch);
    this.membership?.relay(event, payload);
  }

  async freshIceServers(): Promise<void> {
    const { membership } = this;
    // A server of the base protocol has none and would not answer.
    if (membership?.state !== "joined" || !this.#iceServers.isStale || !isKeyedPeerId(this.#selfId)) return;
    try {
      this.#updateIceServers(await membership.call("iceServers", { room: membership.room }, iceServersTimeoutMs));
    } catch {
      // The current ones may still work.
    }
  }

  note(what: string, peer?: string, detail?: Readonly<Record<string, string | number | boolean | undefined>>): void {
    this.#timeline.note(what, peer, detail);
  }

  get timeline(): readonly TimelineEntry[] {
    return this.#timeline.entries();
  }

  signaled(peer: RemotePeer<Messages, Metadata>, event: string, payload: object): void {
    const address = { from: peer.id, to: this.#selfId, room: this.membership?.room ?? "" };
    const message = readRelayed(event, payload, address);
    if (message !== undefined) peer.session.receive(message, message.payload.link);
  }

  /**
   * The server has reported that we left, and the others drop us. Open connections would keep the page out of the
   * back/forward cache.
   */
  pageHidden(): void {
    for (const peer of this.peers.values()) {
      peer.session.reset();
      peer.stateChanged();
    }
  }

  pageResumed(networkChanged: boolean): void {
    this.note("page resumed", undefined, { networkChanged });
    for (const { session } of this.peers.values()) session.recover({ type: "page-resumed", networkChanged });
  }

  stateChanged(state: ManagerState): void {
    this.note("manager", undefined, { state });
    if (state !== "joined") this.#connections.discard();
    this.emit("state", state);
  }

  /** We are the newcomer: whoever is in the room is offered a connection. Resolves once the join may be sent. */
  async prepare(): Promise<void> {
    const { onConnection, capabilities, trickle, dataChannel } = this.settings;
    const published = [...this.published].map(({ forEveryone }) => forEveryone);
    const tracks = published.flatMap((each) => each ?? []);
    const needsPeer = onConnection !== undefined || published.includes(undefined);
    const isSpecial = !trickle || Object.values(capabilities).includes(false) || !(dataChannel || tracks.length > 0);
    if (needsPeer || isSpecial) this.#connections.makeAhead(this.configuration);
    else await this.#connections.offerAhead(this.configuration, { tracks, hasMessages: dataChannel });
  }

  /** What travels with a join. */
  get offer(): EarlyOffer["offer"] | undefined {
    return this.#connections.offered?.offer;
  }

  takeOffered(): EarlyOffer | undefined {
    return this.#connections.takeOffered();
  }

  waiting(): void {
    this.note("waiting");
    this.emit("waiting", this.membership?.room ?? "");
  }

  /** The server's list, at the first join and at each return. We are the newcomer: we offer. */
  entered(created: ServerPayload<"created">, renewed: boolean): void {
    const { id, peers, resumed, offeredTo, features = [] } = created;
    // A server that knows no keys gives another id at each return: to the others we are a new peer.
    if (id !== this.#selfId) this.#dropAll("lost");
    this.#selfId = id;
    this.#updateIceServers(created);
    this.#setAttributes(created.attributes);
    this.bundles = features.includes("bundles");
    void this.metadata.flush();
    if (renewed) return;
    this.offeredTo = offeredTo;
    const { membership } = this;
    const listed = new Map(peers.map((entry) => [entry.id, entry]));
    for (const peer of this.peers.values()) if (!listed.has(peer.id)) this.#missing(peer);
    for (const entry of listed.values()) {
      const known = this.peers.get(entry.id);
      // The others have dropped us meanwhile, with whatever was half negotiated. Legacy clients keep no connection.
      if (resumed !== true && known && !(known.session.connected && known.profile.extended)) known.session.reset();
      this.#present(entry).session.enter("newcomer");
      // The application may leave in the `to` of a publication.
      if (this.membership !== membership || this.state !== "joined") return;
    }
    this.#connections.discard();
  }

  /** Signaling is gone: no peer can be reached, and none has left. */
  interrupted(): void {
    for (const { session } of this.peers.values()) session.setOnline(false);
  }

  message(message: ServerMessage): void {
    const { event, payload } = message;
    switch (event) {
      case "joined":
        this.#present(payload).session.enter("host");
        break;
      case "exit":
        this.#onExit(payload);
        break;
      case "presence":
        this.peers.get(payload.id)?.setPresence(payload.state);
        break;
      case "metadata":
        this.peers.get(payload.id)?.describe(event, payload.metadata);
        break;
      case "attributes":
        if (payload.id === this.#selfId) this.#setAttributes(payload.attributes);
        else this.peers.get(payload.id)?.describe(event, payload.attributes);
        break;
      case "message":
        if (payload.from === serverSender)
          this.emit("serverMessage", { type: payload.type, data: payload.data as Json });
        else this.peers.get(payload.from)?.message(payload);
        break;
      case "rejected":
        this.#onRejected(payload);
        break;
      case "iceServers":
        this.#updateIceServers(payload);
        break;
      default:
        // The membership keeps `created`, `waiting` and `drain` for itself.
        this.#onRelayed(message as RelayedMessage);
    }
  }

  ended(error: SignalingError): void {
    this.note("ended", undefined, { code: error.code });
    this.clear();
    this.emit("error", error);
    this.abortWaiting();
  }

  /** We have left, or were removed. */
  clear(): void {
    this.#pending.clear();
    this.#dropAll("closed");
    this.attributes = undefined;
  }

  /** A missing peer stays while it is connected, and for a while after: it may be on its way back. */
  connectionChanged(peer: RemotePeer<Messages, Metadata>): void {
    if (peer.missing && !peer.session.connected) {
      peer.stopWaiting ??= this.settings.clock.after(this.settings.recovery.absentMs, () => this.#drop(peer, "lost"));
    } else {
      peer.stopWaiting?.();
      peer.stopWaiting = undefined;
    }
  }

  /** The server lists a peer. */
  #present(entry: RosterPeer): RemotePeer<Messages, Metadata> {
    const { id, state = "online", metadata, attributes } = entry;
    const known = this.peers.get(id);
    if (known !== undefined) {
      known.missing = false;
      this.connectionChanged(known);
      known.describe("metadata", metadata);
      known.describe("attributes", attributes);
      known.setPresence(state);
      return known;
    }
    const keyed = isKeyedPeerId(id);
    const profile = negotiationProfile(this.#selfId, this.settings.capabilities, { ...entry, keyed });
    const peer = new RemotePeer({ id, profile, features: entry.features ?? [] }, state, entry, this);
    this.peers.set(id, peer);
    this.note("peer joined", id, { keyed, polite: profile.polite, state });
    this.emit("peerJoined", peer);
    for (const publication of [...this.published]) publication.sendTo(peer);
    for (const message of this.#pending.take(id, this.settings.clock.now())) this.#onRelayed(message);
    return peer;
  }

  #onRelayed(message: RelayedMessage): void {
    const peer = this.peers.get(message.payload.from);
    const { to, link } = message.payload;
    if (peer === undefined) this.#pending.hold(message, this.settings.clock.now());
    // A message to an earlier stay of ours in this room is for another connection, and so is a repeated one of theirs.
    else if ((to ?? this.#selfId) === this.#selfId && this.#isOfThisStay(peer, link?.epoch))
      peer.session.receive(message, link);
  }

  /**
   * Whether a message is not one of an earlier stay: a peer that has left and comes back begins new epochs. Remembers
   * the epoch, within bounds.
   */
  #isOfThisStay({ id, profile }: RemotePeer<Messages, Metadata>, epoch = ""): boolean {
    const owner = this.#epochs.get(id + epoch) ?? profile;
    if (this.#epochs.size > 256) this.#epochs.clear();
    if (epoch) this.#epochs.set(id + epoch, owner);
    return owner === profile;
  }

  #onExit({ from, reason = "left" }: ServerPayload<"exit">): void {
    const peer = this.peers.get(from);
    if (peer === undefined) return;
    // A legacy client never returns under its id.
    if (reason === "lost" && peer.profile.extended && peer.session.connected) this.#missing(peer);
    else this.#drop(peer, reason);
  }

  /** A message to a peer was not delivered. Ids make it harmless to resend everything later. */
  #onRejected(rejected: ServerPayload<"rejected">): void {
    const { to = "", code, retryable, event } = rejected;
    this.note("rejected", to, { event, code });
    const peer = this.peers.get(to);
    if (peer === undefined || code === "PEER_NOT_FOUND") return;
    if (retryable) peer.resendLater();
    else peer.failed(fromRejection(rejected));
  }

  #missing(peer: RemotePeer<Messages, Metadata>): void {
    peer.missing = true;
    peer.setPresence("away");
    this.connectionChanged(peer);
  }

  #dropAll(reason: ExitReason): void {
    for (const peer of [...this.peers.values()]) this.#drop(peer, reason);
  }

  #drop(peer: RemotePeer<Messages, Metadata>, reason: ExitReason): void {
    this.peers.delete(peer.id);
    this.note("peer left", peer.id, { reason });
    peer.close();
    this.emit("peerLeft", peer, reason);
  }

  #setAttributes(attributes: unknown): void {
    if (isSameJson(attributes, this.attributes)) return;
    this.attributes = attributes;
    this.emit("attributes", attributes);
  }

  #updateIceServers(answer: Parameters<IceServerList["update"]>[0]): void {
    if (this.#iceServers.update(answer)) for (const { session } of this.peers.values()) session.configure();
  }
}
