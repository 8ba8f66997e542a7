/**
 * Socket.IO as far as it is used here. These are types of this library's own, so that a server of any
 * Socket.IO 4.7 or later fits, whichever copy of it the host has and whatever its type parameters are.
 */

/** A connected socket. */
export interface Socket {
  readonly id: string;
  readonly connected: boolean;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  emit(event: string, ...payload: unknown[]): unknown;
  disconnect(close: boolean): unknown;
}

/** A namespace with its connected sockets, by id. */
export interface Namespace<S extends Socket = Socket> {
  readonly sockets: ReadonlyMap<string, S>;
  // Not S: a class whose `off` takes listeners of `any` would make that the type of the host's sockets.
  on(event: "connection", listener: (socket: Socket) => void): unknown;
  off(event: "connection", listener: (socket: Socket) => void): unknown;
}

/** A server; only its main namespace is used. */
export interface Server<S extends Socket = Socket> {
  of(name: string): Namespace<S>;
}

/**
 * The namespace itself, or the main one of a server. Told apart by what they can do: classes differ from copy to copy.
 * @throws TypeError where it is neither
 */
export function namespaceOf<S extends Socket>(io: Server<S> | Namespace<S>): Namespace<S> {
  const given: unknown = io;
  if (typeof given !== "object" || given === null || !("of" in given || "sockets" in given))
    throw new TypeError("attachSignaling needs a Socket.IO server, or a namespace of one.");
  return "of" in io ? io.of("/") : io;
}
