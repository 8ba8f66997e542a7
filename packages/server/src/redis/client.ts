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
