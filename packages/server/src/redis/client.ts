/**
 * The members of a client of `redis` (node-redis 4 to 6) that are used. It must be connected, or connecting, and have
 * one connection: over those of a pool or a cluster, commands would overtake each other.
 */
export interface RedisClient {
  sendCommand(args: string[]): Promise<unknown>;
  /** Another client with the same options, which is not connected yet. */
  duplicate(): RedisSubscriber;
}

/** The members of the duplicate that are used. It reconnects and resubscribes by itself. */
export interface RedisSubscriber {
  /** False once it has stopped to reconnect. */
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: "error", listener: (cause: unknown) => void): unknown;
  /** Emitted after each connection, when the channels are subscribed again. */
  on(event: "ready", listener: () => void): unknown;
  /** Ends the connection at once; absent in version 4. */
  destroy?(): unknown;
  disconnect?(): unknown;
}

/**
 * The commands of a cluster, a pool or a Sentinel client may go over several connections, where they would overtake
 * each other: rooms would differ from node to node, now and then, and nothing would report it.
 *
 * @throws TypeError that says what to do
 */
export function requireSingleConnection(client: unknown): void {
  const members = Object(client) as Partial<RedisClient>;
  if ("masters" in members || "getSlotRandomNode" in members)
    throw new TypeError(
      "redisRoster: a Redis Cluster is not supported. Give a client of one Redis, made by createClient; " +
        "docs/scaling.md says how to use several.",
    );
  const isSentinel = "getMasterNode" in members;
  if (isSentinel || typeof members.sendCommand !== "function" || typeof members.duplicate !== "function")
    throw new TypeError(
      "redisRoster: client must be made by createClient of the package `redis`: it has one connection to a fixed " +
        "address, unlike a pool or a Sentinel client.",
    );
}
