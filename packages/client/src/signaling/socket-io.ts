import { mustBe } from "../options.js";

/** The members of a Socket.IO client socket (4.7 or later) that are used here. Any copy of the library fits. */
export interface Socket {
  readonly connected: boolean;
  /**
   * Whether it listens to its connection: false before the first `connect`, and after either side disconnected on
   * purpose.
   */
  readonly active: boolean;
  /** What the server receives with the request to connect: an object, or a function that is called for each request. */
  auth?: unknown;
  connect(): unknown;
  /** Called on a socket that is not connected, to end Socket.IO's wait before the next attempt. */
  disconnect(): unknown;
  readonly io?: {
    /** The Engine.IO connection, to close one that is dead without Socket.IO knowing. */
    readonly engine?: { readonly readyState?: string; close?(): unknown };
    // Of Socket.IO's `Manager`: listeners that `socket.off` does not remove.
    on?(event: "packet" | "close", listener: () => void): unknown;
    off?(event: "packet" | "close", listener: () => void): unknown;
  };
  // Listeners of sockets with typed events accept only their own names: these signatures fit those as well.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: any, listener: (...args: any[]) => void): unknown;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  off(event: any, listener: (...args: any[]) => void): unknown;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  emit(event: any, ...args: any[]): unknown;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  listeners?(event: any): readonly unknown[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  timeout(ms: number): { emit(event: any, ...args: any[]): unknown };
}

/**
 * Whether nothing connects it. A server closes a connection that requests a namespace twice, as `connect` does
 * meanwhile.
 */
export function isIdle(socket: Socket): boolean {
  return !socket.connected && (!socket.active || (socket.io?.engine?.readyState ?? "closed") === "closed");
}

/** Throws `INVALID_ARGUMENT` unless it is a socket. */
export function checkSocket(socket: Partial<Record<string, unknown>> | undefined): void {
  for (const method of ["emit", "on", "off", "timeout", "connect"]) {
    if (typeof socket?.[method] !== "function")
      throw mustBe("socket", `a Socket.IO client socket; this has no "${method}"`);
  }
}
