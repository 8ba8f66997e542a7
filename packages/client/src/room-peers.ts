import { isKeyedPeerId, serverSender, type ExitReason, type Json, type RosterPeer, type ServerPayload } from "@sig/protocol";
import { fromRefusal } from "./errors.js";
import type { MessageSchemas } from "./options.js";
import type { Peer } from "./peer.js";
import { RemotePeer, type RemotePeerContext } from "./remote-peer.js";
import type { ServerMessage } from "./signaling/signaling-channel.js";

/** A refused message is said again after this long (plus up to as much, so that not all peers do it at once). */
const sayAgainMs = 1000;

export interface RoomPeersContext<Messages extends MessageSchemas, Metadata> extends Omit<RemotePeerContext<Messages, Metadata>, "stateChanged"> {
  /** Called for a peer before anybody hears of it. */
  prepare(remote: RemotePeer<Messages, Metadata>): void;
  dropped(remote: RemotePeer<Messages, Metadata>): void;
}

/**
 * Who else is in the room: the server's word, but for peers with whom a connection stands. Those are kept while it
 * does, since a signaling server that forgot them (a restart, say) ends no call.
 */
export class RoomPeers<Messages extends MessageSchemas, Metadata> {
  readonly peers = new Map<string, Peer<Messages, Metadata>>();
  readonly #remotes = new Map<string, RemotePeer<Messages, Metadata>>();
  readonly #context: RoomPeersContext<Messages, Metadata>;
  readonly #remoteContext: RemotePeerContext<Messages, Metadata>;
  readonly #sayAgain = new Map<string, ReturnType<typeof setTimeout>>();
  #selfId = "";

  constructor(context: RoomPeersContext<Messages, Metadata>) {
    this.#context = context;
    this.#remoteContext = {
      ...context,
      stateChanged: (remote) => {
        this.#reconsider(remote);
      },
    };
  }

  [Symbol.iterator](): IterableIterator<RemotePeer<Messages, Metadata>> {
    return this.#remotes.values();
  }

  /** The server's list, at the first join and at each return. We are the newcomer: we offer. */
  entered({ id, peers, resumed }: ServerPayload<"created">): void {
    this.#selfId = id;
    const listed = new Map(peers.map((peer) => [peer.id, peer]));
    for (const remote of this.#remotes.values()) if (!listed.has(remote.id)) this.#missing(remote);
    for (const entry of listed.values()) {
      const known = this.#remotes.get(entry.id);
      const remote = known ?? this.#add(entry);
      if (known !== undefined) {
        this.#found(known, entry);
        // The others have dropped us meanwhile, and what was half negotiated with us.
        if (resumed !== true && !known.pair.connected) known.pair.reset();
      }
      remote.pair.initiate();
    }
  }

  /** Signaling is gone: nobody can be reached, nobody has left. */
  interrupted(): void {
    this.#clearTimers();
    for (const remote of this.#remotes.values()) remote.pair.setReachable(false);
  }

  handle(message: ServerMessage): void {
    switch (message.event) {
      case "joined":
        this.#onJoined(message.payload);
        break;
      case "offer":
        this.#remotes.get(message.payload.from)?.pair.onOffer(message.payload);
        break;
      case "answer":
        this.#remotes.get(message.payload.from)?.pair.onAnswer(message.payload);
        break;
      case "candidate":
        this.#remotes.get(message.payload.from)?.pair.onCandidate(message.payload);
        break;
      case "exit":
        this.#onExit(message.payload);
        break;
      case "presence":
        this.#onPresence(message.payload);
        break;
      case "metadata":
        this.#remotes.get(message.payload.id)?.setMetadata(message.payload.metadata as Metadata);
        break;
      case "message":
        this.#onMessage(message.payload);
        break;
      case "rejected":
        this.#onRejected(message.payload);
        break;
      case "iceServers":
      case "created":
        break;
    }
  }

  /** We have left, or were removed. */
  clear(): void {
    this.#clearTimers();
    for (const remote of [...this.#remotes.values()]) this.#drop(remote, "closed");
  }

  #add(entry: RosterPeer): RemotePeer<Messages, Metadata> {
    const identity = { selfId: this.#selfId, remoteId: entry.id, keyed: isKeyedPeerId(entry.id) };
    const remote = new RemotePeer(identity, entry.state ?? "online", entry.metadata as Metadata | undefined, this.#remoteContext);
    this.#remotes.set(remote.id, remote);
    this.peers.set(remote.id, remote.peer);
    this.#context.prepare(remote);
    this.#context.events.emit("peerJoined", remote.peer);
    return remote;
  }

  #onJoined(entry: ServerPayload<"joined">): void {
    const known = this.#remotes.get(entry.id);
    if (known === undefined) this.#add(entry);
    else this.#found(known, entry);
  }

  #found(remote: RemotePeer<Messages, Metadata>, entry: RosterPeer): void {
    remote.missing = false;
    clearTimeout(remote.absentTimer);
    remote.absentTimer = undefined;
    if (JSON.stringify(entry.metadata) !== JSON.stringify(remote.metadata)) remote.setMetadata(entry.metadata as Metadata | undefined);
    remote.setPresence(entry.state ?? "online");
  }

  #onPresence({ id, state }: ServerPayload<"presence">): void {
    this.#remotes.get(id)?.setPresence(state);
  }

  #onExit({ from, reason }: ServerPayload<"exit">): void {
    const remote = this.#remotes.get(from);
    if (remote === undefined) return;
    // A peer without a key has no way back under its id, so that there is nothing to wait for.
    if (reason === "lost" && remote.keyed && remote.pair.connected) this.#missing(remote);
    else this.#drop(remote, reason ?? "left");
  }

  #onMessage({ from, type, data }: ServerPayload<"message">): void {
    if (from === serverSender) this.#context.events.emit("serverMessage", { type, data: data as Json });
    else this.#remotes.get(from)?.receiveRelayed(type, data);
  }

  /** A message to a peer was not delivered. Ids make it harmless to say all of it again, later. */
  #onRejected(rejected: ServerPayload<"rejected">): void {
    const remote = rejected.to === undefined ? undefined : this.#remotes.get(rejected.to);
    if (remote === undefined || rejected.code === "PEER_NOT_FOUND") return;
    if (!rejected.retryable) {
      remote.failed(fromRefusal(rejected));
      return;
    }
    remote.pair.setReachable(false);
    // A peer that is away says by its presence when it can be reached.
    if (rejected.code === "PEER_AWAY" || this.#sayAgain.has(remote.id)) return;
    const timer = setTimeout(() => {
      this.#sayAgain.delete(remote.id);
      if (remote.presence === "online") remote.pair.setReachable(true);
    }, sayAgainMs * (1 + Math.random()));
    this.#sayAgain.set(remote.id, timer);
  }

  #missing(remote: RemotePeer<Messages, Metadata>): void {
    remote.missing = true;
    remote.setPresence("away");
    this.#reconsider(remote);
  }

  /** A missing peer stays while it is connected, and for a while after: it may be on its way back. */
  #reconsider(remote: RemotePeer<Messages, Metadata>): void {
    if (!remote.missing || remote.pair.connected || remote.absentTimer !== undefined) return;
    remote.absentTimer = setTimeout(() => {
      remote.absentTimer = undefined;
      if (remote.missing && !remote.pair.connected) this.#drop(remote, "lost");
    }, this.#context.settings.recovery.absentMs);
  }

  #drop(remote: RemotePeer<Messages, Metadata>, reason: ExitReason): void {
    this.#remotes.delete(remote.id);
    this.peers.delete(remote.id);
    remote.close();
    this.#context.dropped(remote);
    this.#context.events.emit("peerLeft", remote.peer, reason);
  }

  #clearTimers(): void {
    for (const timer of this.#sayAgain.values()) clearTimeout(timer);
    this.#sayAgain.clear();
  }
}
