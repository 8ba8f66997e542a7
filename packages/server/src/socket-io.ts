/**
 * Socket.IO as far as it is used here. These types are this library's own, so that a server of any
 * Socket.IO from 4.7 on fits, whichever copy of it the application has and whatever its type parameters are.
 */

/** A connected socket. */
export interface Socket {
  readonly id: string;
  readonly connected: boolean;
  /** The transport's connection; absent for sockets that are not Socket.IO's. */
  readonly conn?: ({ readonly protocol?: number | undefined } & Partial<EngineConnection>) | undefined;
  /** The namespace of the socket; absent for sockets that are not Socket.IO's. */
  readonly nsp?: { readonly name: string; readonly server?: Namespace["server"] } | undefined;
  /** What the socket connected with; absent for sockets that are not Socket.IO's. */
  readonly handshake?: SocketHandshake | undefined;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  /** Absent: listeners that the application removes with its own are gone for good. */
  listeners?(event: string): readonly unknown[];
  /** The listeners of the application for what is sent. */
  listenersAnyOutgoing?(): readonly unknown[];
  emit(event: string, ...payload: unknown[]): unknown;
  disconnect(close: boolean): unknown;
}

/** The server of Engine.IO that a Socket.IO server is attached to: its documented events. */
export interface EngineEvents {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** A connection of Engine.IO: its documented events, and its end. */
export interface EngineConnection {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  /** @param discard whether to close it without waiting for what was not sent yet */
  close(discard?: boolean): unknown;
}

/** The data that a Socket.IO client connects with. */
export interface SocketHandshake {
  readonly auth?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>> | undefined;
  readonly address?: string | undefined;
}

/** A namespace with its connected sockets, by id. */
export interface Namespace<S extends Socket = Socket> {
  readonly name?: string | undefined;
  readonly sockets: ReadonlyMap<string, S>;
  // Not S: a class whose `off` takes listeners of `any` would make that the type of the application's sockets.
  on(event: "connection", listener: (socket: Socket) => void): unknown;
  off(event: "connection", listener: (socket: Socket) => void): unknown;
  /** Absent: a listener that the application removes with its own is gone for good. */
  listeners?(event: "connection"): readonly unknown[];
  /** What carries broadcasts, to other servers too if it can. */
  readonly adapter?: unknown;
  readonly server?: { readonly engine?: EngineEvents; of(name: string): { readonly adapter?: unknown } } | undefined;
}

/** A server; only its main namespace is used. */
export interface Server<S extends Socket = Socket> {
  of(name: string): Namespace<S>;
}

/**
 * Returns the namespace itself, or the main one of a server. They are told apart by their members, since classes differ
 * from copy to copy.
 * @throws TypeError if it is neither
 */
export function namespaceOf<S extends Socket>(io: Server<S> | Namespace<S>): Namespace<S> {
  const given: unknown = io;
  if (typeof given !== "object" || given === null || !("of" in given || "sockets" in given))
    throw new TypeError("attachSignaling needs a Socket.IO server, or one of its namespaces, as its first argument.");
  return "of" in io ? io.of("/") : io;
}

/** Whether a namespace stands for all whose names match a pattern or a function: sockets connect to its children. */
export function isParentNamespace(namespace: Namespace): boolean {
  return "createChild" in namespace;
}
