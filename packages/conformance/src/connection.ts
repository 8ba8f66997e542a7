/** One connection of the kit to the server under test: the part of a Socket.IO client that the kit uses. */
export interface Connection {
  /** The id that the server gave this connection. */
  readonly id: string | undefined;
  readonly isOpen: boolean;
  /** Sends an event. `ack`, if given, is called with the server's acknowledgment. */
  emit(event: string, payload: readonly unknown[], ack?: (reply: unknown) => void): void;
  /** Ends the connection without a goodbye, as a lost network does. */
  drop(): void;
  /** Disconnects. */
  close(): void;
}

/** What a connection notifies its owner of. */
export interface ConnectionListener {
  /** The server sent an event. */
  onEvent(event: string, payload: unknown): void;
  /** The connection has ended; `isOpen` is false. */
  onClose(): void;
}

/**
 * Opens one more connection to the server under test.
 * @param timeoutMs how long that may take
 * @param auth what it sends with the request to connect (`auth` of Socket.IO)
 * @throws Unreachable if it fails
 */
export type Connect = (listener: ConnectionListener, timeoutMs: number, auth?: object) => Promise<Connection>;

/** The server under test cannot be reached; the message gives the reason. */
export class Unreachable extends Error {}
