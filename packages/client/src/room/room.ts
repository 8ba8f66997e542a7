import {
  isKeyedPeerId,
  serverSender,
  type ExitReason,
  type Json,
  type RosterPeer,
  type ServerPayload,
} from "@sig/protocol";
import { PendingMessages } from "./pending-messages.js";
import { Emitter } from "../util/emitter.js";
import { fromRefusal, type SignalingError } from "../errors.js";
import type { ManagerEvents, ManagerState } from "../events.js";
import { negotiationProfile } from "../negotiation/negotiation-profile.js";
import type { MessageSchemas, Settings } from "../options.js";
import type { LocalPublication } from "./publications.js";
import { RemotePeer, type PeerRoom } from "../peer/remote-peer.js";
import { Timeline, type TimelineEntry } from "./timeline.js";
import type { Membership, MembershipListener } from "../signaling/membership.js";
import { readRelayed, type RelayedMessage } from "../signaling/relayed.js";
import type { RelayedEvent, RelayedPayload, ServerMessage } from "../signaling/signaling-channel.js";
import { ConnectionFactory } from "../peer/connection-factory.js";

/** A refused message is said again after this long (plus up to as much, so that not all peers do it at once). */
const sayAgainMs = 1000;

/** ICE servers are asked for anew when this much of their lifetime is over, and for so long. */
const staleAfter = 0.75;
const iceServersTimeoutMs = 2000;

/**
 * Who else is in the room, and what is published to them. Peers are those that the server lists, but for peers with
 * whom a connection stands. Those are kept while it does, since a signaling server that forgot them (a restart, say)
 * ends no call.
 */
export class Room<Messages extends MessageSchemas, Metadata>
  extends Emitter<ManagerEvents<Messages, Metadata>>
  implements MembershipListener, PeerRoom<Messages, Metadata>
{
  readonly settings: Settings;
  readonly peers = new Map<string, RemotePeer<Messages, Metadata>>();
  readonly publications = new Set<LocalPublication<Messages, Metadata>>();
  membership: Membership | undefined;
  readonly #early = new PendingMessages<RelayedMessage>();
  readonly #timeline: Timeline;
  readonly #connections: ConnectionFactory;
  #iceServers: RTCIceServer[] = [];
  /** By our clock. */
  #iceServersStaleAt = Infinity;
  #selfId = "";

  constructor(settings: Settings) {
    super(settings.logger);
    this.settings = settings;
    this.#timeline = new Timeline(settings.clock);
    this.#connections = new ConnectionFactory(settings.RTCPeerConnection);
  }

  get state(): ManagerState {
    return this.membership?.state ?? "idle";
  }

  get configuration(): RTCConfiguration {
    return { ...this.settings.rtc, iceServers: this.settings.iceServers ?? this.#iceServers };
  }

  makeConnection(): RTCPeerConnection {
    return this.#connections.make(this.configuration);
  }

  relay<Event extends RelayedEvent>(event: Event, payload: RelayedPayload<Event>): void {
    this.membership?.relay(event, payload);
  }

  async freshIceServers(): Promise<void> {
    const { membership } = this;
    if (
      this.settings.iceServers !== undefined ||
      membership?.state !== "joined" ||
      this.settings.clock.now() < this.#iceServersStaleAt
    )
      return;
    try {
      const { iceServers, iceServersTtl } = await membership.call(
        "iceServers",
        { room: membership.room },
        iceServersTimeoutMs,
      );
      if (iceServers !== undefined) this.#useIceServers(iceServers, iceServersTtl);
    } catch {
      // Those that there are may still do.
    }
  }

  note(what: string, peer?: string, detail?: Readonly<Record<string, string | number | boolean | undefined>>): void {
    this.#timeline.note(what, peer, detail);
  }

  get timeline(): readonly TimelineEntry[] {
    return this.#timeline.entries();
  }

  signaled(peer: RemotePeer<Messages, Metadata>, event: string, said: object): void {
    const message = readRelayed(event, said, { from: peer.id, to: this.#selfId, room: this.membership?.room ?? "" });
    if (message !== undefined) peer.pair.receive(message, message.payload.link);
  }

  /** The page is put away: the others were told that we left, and drop us. What is still connected would keep the page from being kept. */
  pageHidden(): void {
    for (const { pair } of this.peers.values()) pair.reset();
  }

  pageResumed(networkChanged: boolean): void {
    this.note("page-resumed", undefined, { networkChanged });
    for (const { pair } of this.peers.values()) pair.pageResumed(networkChanged);
  }

  stateChanged(state: ManagerState): void {
    this.note("manager", undefined, { state });
    if (state !== "joined") this.#connections.discard();
    this.emit("state", state);
  }

  /** Whoever is in the room needs a connection. */
  idle(): void {
    this.#connections.makeAhead(this.configuration);
  }

  /** The server's list, at the first join and at each return. We are the newcomer: we offer. */
  entered({ id, peers, resumed, iceServers, iceServersTtl }: ServerPayload<"created">): void {
    // A server that knows no keys gives another id at each return: to the others we are somebody new.
    if (id !== this.#selfId) this.#dropAll("lost");
    this.#selfId = id;
    if (iceServers !== undefined) this.#useIceServers(iceServers, iceServersTtl);
    const listed = new Map(peers.map((entry) => [entry.id, entry]));
    for (const peer of this.peers.values()) if (!listed.has(peer.id)) this.#missing(peer);
    for (const entry of listed.values()) {
      const known = this.peers.get(entry.id);
      // The others have dropped us meanwhile, and what was half negotiated with us.
      if (resumed !== true && known?.pair.connected === false) known.pair.reset();
      this.#present(entry).pair.enter("newcomer");
    }
    this.#connections.discard();
  }

  /** Signaling is gone: nobody can be reached, nobody has left. */
  interrupted(): void {
    for (const { pair } of this.peers.values()) pair.setOnline(false);
  }

  message(message: ServerMessage): void {
    const { event, payload } = message;
    switch (event) {
      case "joined":
        this.#present(payload).pair.enter("host");
        break;
      case "offer":
      case "answer":
      case "candidate":
        this.#onRelayed(message);
        break;
      case "exit":
        this.#onExit(payload);
        break;
      case "presence":
        this.peers.get(payload.id)?.setPresence(payload.state);
        break;
      case "metadata":
        this.peers.get(payload.id)?.setMetadata(payload.metadata as Metadata);
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
        this.#useIceServers(payload.iceServers, payload.iceServersTtl);
        break;
      case "created":
        break;
    }
  }

  ended(error: SignalingError): void {
    this.note("ended", undefined, { code: error.code });
    this.clear();
    this.emit("error", error);
  }

  /** We have left, or were removed. */
  clear(): void {
    this.#early.clear();
    this.#dropAll("closed");
  }

  /** A missing peer stays while it is connected, and for a while after: it may be on its way back. */
  connectionChanged(peer: RemotePeer<Messages, Metadata>): void {
    if (peer.missing && !peer.pair.connected) {
      peer.stopWaiting ??= this.settings.clock.after(this.settings.recovery.absentMs, () => this.#drop(peer, "lost"));
    } else {
      peer.stopWaiting?.();
      peer.stopWaiting = undefined;
    }
  }

  /** The server lists a peer. */
  #present(entry: RosterPeer): RemotePeer<Messages, Metadata> {
    const { id, state = "online" } = entry;
    const metadata = entry.metadata as Metadata | undefined;
    const known = this.peers.get(id);
    if (known !== undefined) {
      known.missing = false;
      this.connectionChanged(known);
      if (JSON.stringify(metadata) !== JSON.stringify(known.metadata)) known.setMetadata(metadata);
      known.setPresence(state);
      return known;
    }
    const keyed = isKeyedPeerId(id);
    const profile = negotiationProfile(this.#selfId, this.settings.capabilities, {
      id,
      keyed,
      capabilities: entry.capabilities,
    });
    const peer = new RemotePeer({ id, keyed, profile }, state, metadata, this);
    this.peers.set(id, peer);
    for (const publication of this.publications) publication.sendTo(peer);
    this.note("peer joined", id, { keyed, polite: profile.polite, state });
    this.emit("peerJoined", peer);
    for (const early of this.#early.take(id, this.settings.clock.now())) this.#onRelayed(early);
    return peer;
  }

  #onRelayed(message: RelayedMessage): void {
    const peer = this.peers.get(message.payload.from);
    const { to, link } = message.payload;
    if (peer === undefined) this.#early.hold(message, this.settings.clock.now());
    // What was said to an earlier stay of ours in this room is for another connection.
    else if (to === undefined || to === this.#selfId) peer.pair.receive(message, link);
  }

  #onExit({ from, reason = "left" }: ServerPayload<"exit">): void {
    const peer = this.peers.get(from);
    if (peer === undefined) return;
    // A peer without a key has no way back under its id, so that there is nothing to wait for.
    if (reason === "lost" && peer.keyed && peer.pair.connected) this.#missing(peer);
    else this.#drop(peer, reason);
  }

  /** A message to a peer was not delivered. Ids make it harmless to say all of it again, later. */
  #onRejected(rejected: ServerPayload<"rejected">): void {
    const { to = "", code, retryable, event } = rejected;
    this.note("rejected", to, { event, code });
    const peer = this.peers.get(to);
    if (peer === undefined || code === "PEER_NOT_FOUND") return;
    if (!retryable) {
      peer.failed(fromRefusal(rejected));
      return;
    }
    const { pair } = peer;
    // A peer that is away says by its presence when it can be reached. One refusal of many is enough.
    if (pair.online) {
      this.settings.clock.after(sayAgainMs * (1 + Math.random()), () => {
        if (this.state === "joined" && peer.presence === "online") pair.setOnline(true);
      });
    }
    pair.setOnline(false);
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

  #useIceServers(iceServers: RTCIceServer[], ttl: number | undefined): void {
    this.#iceServers = iceServers;
    this.#iceServersStaleAt = ttl === undefined ? Infinity : this.settings.clock.now() + ttl * 1000 * staleAfter;
    for (const { pair } of this.peers.values()) pair.configure();
  }
}
