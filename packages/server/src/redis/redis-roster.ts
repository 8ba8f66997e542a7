import { type ExitReason } from "@sig/protocol";
import { systemClock, type Clock } from "../clock.js";
import { systemRandomBytes, type RandomBytes } from "../random.js";
import { type Admission, type RosterEntry } from "../roster/roster.js";
import { type RosterObserver, type SharedRoster } from "../roster/shared-roster.js";
import { requireSingleConnection, type RedisClient } from "./client.js";
import { readEnvelope } from "./envelope.js";
import { Keys } from "./keys.js";
import { nodeName } from "../nodes/node-name.js";
import { NodeRegistry } from "./node-registry.js";
import { OwnRooms } from "./own-rooms.js";
import { idBan, RoomStore, userBan } from "./room-store.js";
import { Subscription } from "./subscription.js";

/** Heartbeats that may fail to come back before the subscription is made anew. */
const maxMissedHeartbeats = 2;
/** How long `close` waits for commands that are under way. */
const closeMs = 1_000;

export interface RedisRosterOptions {
  /**
   * What all keys and channels in Redis begin with; rosters with the same one share their rooms. Default `sig`. Each
   * parent namespace needs its own: `roster: (namespace) => redisRoster(client, { prefix: "sig:" + namespace })`.
   */
  readonly prefix?: string | undefined;
  /** Measures heartbeats; for tests. Default: the clock of this process. */
  readonly clock?: Clock | undefined;
  /** Gives the random bytes of the node's name; for tests. Default: the ones of this process. */
  readonly randomBytes?: RandomBytes | undefined;
}

/**
 * A roster that all nodes with the same Redis (6 or later) share.
 * @param client a connected client of `redis` (node-redis 4 to 6); the application listens to its errors and closes it
 * @throws TypeError if the client is one of a Redis Cluster, of a pool or of a Sentinel
 */
export function redisRoster(
  client: RedisClient,
  options: RedisRosterOptions = {},
): SharedRoster & Required<Pick<SharedRoster, "send">> {
  requireSingleConnection(client);
  return new RedisRoster(client, options);
}

class RedisRoster implements SharedRoster {
  readonly node: string;
  readonly #client: RedisClient;
  readonly #clock: Clock;
  readonly #keys: Keys;
  readonly #store: RoomStore;
  readonly #registry: NodeRegistry;
  readonly #rooms: OwnRooms;
  #subscription: Subscription | undefined;
  #observer: RosterObserver | undefined;
  #isObserved = false;
  #missedHeartbeats = 0;

  constructor(client: RedisClient, options: RedisRosterOptions) {
    const { prefix = "sig", clock = systemClock, randomBytes = systemRandomBytes } = options;
    this.node = nodeName(randomBytes);
    const onFault = (cause: unknown): void => this.#observer?.onFault(cause);
    this.#client = client;
    this.#clock = clock;
    this.#keys = new Keys(prefix);
    this.#store = new RoomStore(client, this.#keys, this.node, onFault);
    this.#rooms = new OwnRooms(this.#store, this.node, clock, () => this.#observer);
    this.#registry = new NodeRegistry(client, this.#keys, this.node, clock, {
      onDue: () => this.#subscription?.ensure(),
      onHeartbeat: (known) => {
        this.#checkSubscription();
        this.#rooms.repair(known ? "failed" : "all");
      },
      adopt: (node) => this.#adopt(node),
      onFault,
    });
  }

  get reachable(): boolean {
    return this.#registry.answered && this.#subscription?.failing === false;
  }

  async add(room: string, entry: RosterEntry, maxPeers: number): Promise<Admission> {
    return this.#rooms.add(room, entry, maxPeers);
  }

  async update(room: string, id: string, session: string, changes: Partial<RosterEntry>): Promise<boolean> {
    return this.#rooms.update(room, id, session, changes);
  }

  async remove(room: string, id: string, session: string, reason: ExitReason = "left"): Promise<boolean> {
    return this.#rooms.remove(room, id, session, reason);
  }

  async ban(room: string, id: string, banMs?: number): Promise<void> {
    await this.#rooms.run(room, () => this.#store.ban(room, idBan(id), banMs));
  }

  async banUser(room: string, user: string, banMs?: number): Promise<void> {
    await this.#rooms.run(room, () => this.#store.ban(room, userBan(user), banMs));
  }

  async find(room: string, id: string): Promise<RosterEntry | undefined> {
    const found = await this.#rooms.run(room, () => this.#store.find(room, id));
    return found?.stored.entry;
  }

  async list(room: string): Promise<readonly RosterEntry[]> {
    const { members } = await this.#rooms.run(room, () => this.#store.restore(room, [], [], true));
    return members.map(({ entry }) => entry);
  }

  /** What nodes say of their rooms is only where to look: a room counts if it has members. */
  async rooms(): Promise<readonly { readonly name: string; readonly peers: number }[]> {
    const names = await this.#store.roomsOf(await this.#registry.nodes());
    const counted = await Promise.all(
      names.map(async (name) => ({ name, peers: await this.#rooms.run(name, () => this.#store.count(name)) })),
    );
    return counted.filter(({ peers }) => peers > 0);
  }

  async send(node: string, message: unknown): Promise<void> {
    await this.#store.send(node, message);
  }

  observe(observer: RosterObserver): () => Promise<void> {
    if (this.#isObserved) throw new Error("A roster has one observer: make another roster for another service.");
    this.#isObserved = true;
    this.#observer = observer;
    this.#subscription = new Subscription(this.#client, this.#keys.channelOf(this.node), {
      onMessage: (text) => this.#receive(text),
      onSubscribed: () => this.#subscribed(),
      onFault: (cause) => this.#observer?.onFault(cause),
    });
    this.#registry.beat();
    return () => this.#close();
  }

  /** Malformed messages are reported and dropped. */
  #receive(text: string): void {
    try {
      const envelope = readEnvelope(text);
      if (envelope === undefined) throw new Error("Ignored a message on the channel of this node: it is malformed.");
      if (envelope.type === "heartbeat") this.#missedHeartbeats = 0;
      else if (envelope.type === "messages")
        for (const message of envelope.messages) this.#observer?.onMessage(message);
      else this.#rooms.receive(envelope.change);
    } catch (cause) {
      this.#observer?.onFault(cause);
    }
  }

  #subscribed(): void {
    this.#missedHeartbeats = 0;
    this.#rooms.repair("all");
    // Redis may have restarted: others must not wait for this node's next one.
    this.#registry.beat();
  }

  /** A connection may be open on which nothing arrives any more. */
  #checkSubscription(): void {
    this.#missedHeartbeats += 1;
    if (this.#missedHeartbeats <= maxMissedHeartbeats) return;
    this.#missedHeartbeats = 0;
    this.#subscription?.renew();
  }

  async #adopt(node: string): Promise<void> {
    const rooms = await this.#store.roomsOf([node]);
    await Promise.all(rooms.map((room) => this.#rooms.adopt(room, node)));
  }

  async #close(): Promise<void> {
    if (this.#observer === undefined) return;
    this.#observer = undefined;
    this.#registry.stop();
    this.#subscription?.close();
    this.#subscription = undefined;
    const deadline = new Promise<void>((resolve) => {
      this.#clock.after(closeMs, resolve);
    });
    // Members whose removal has failed are left to the nodes that find this one dead.
    const deregistered = this.#rooms.idle().then(() => (this.#rooms.isEmpty ? this.#registry.deregister() : undefined));
    await Promise.race([deregistered.catch(() => undefined), deadline]);
  }
}
