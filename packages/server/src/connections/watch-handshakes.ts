import { type ConnectionRequest } from "./client-address.js";
import { rejectUpgrade, type UpgradeSocket } from "./reject-upgrade.js";

/** The server of Engine.IO inside a Socket.IO server: its documented members that are used here. */
export interface EngineServer {
  use(middleware: (request: EngineRequest, response: EngineResponse, next: () => void) => void): unknown;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** A request to Engine.IO. */
export interface EngineRequest {
  readonly headers: ConnectionRequest["headers"];
  readonly socket: ConnectionRequest["socket"] & UpgradeSocket;
}

/** The answer to a request: that to a WebSocket upgrade is not a stream. */
export interface EngineResponse {
  readonly destroyed?: boolean;
  once?(event: "close", listener: () => void): unknown;
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(text: string): unknown;
}

/** Counts connections, by address. */
export interface Counter {
  /** Returns the address of a connection that may go on. */
  take(request: ConnectionRequest): string | undefined;
  /** Counts a connection that exists. */
  add(address: string): void;
  release(address: string): void;
}

interface Handshake {
  readonly address: string;
  isCounted: boolean;
  isConnected: boolean;
}

/** Counts each connection of Engine.IO from its first request until its end, also if that request fails half way. */
export function watchHandshakes(engine: EngineServer, counter: Counter): void {
  const handshakes = new WeakMap<object, Handshake>();

  const release = (handshake: Handshake): void => {
    if (handshake.isCounted) counter.release(handshake.address);
    handshake.isCounted = false;
  };

  engine.use((request, response, next) => {
    // As Engine.IO itself decides what is a new connection. It rejects ids that it does not know.
    const { sid } = (request as { readonly _query?: { readonly sid?: string } })._query ?? {};
    if (sid !== undefined && sid !== "") {
      next();
      return;
    }
    const address = counter.take(request);
    if (address === undefined) {
      reject(request, response);
      return;
    }
    const handshake = { address, isCounted: true, isConnected: false };
    handshakes.set(request, handshake);
    // Whoever rejects it, Engine.IO, `allowRequest` or ws, ends the answer, or the socket of an upgrade.
    const closing = isStream(response) ? response : request.socket;
    const abandon = (): void => {
      if (!handshake.isConnected) release(handshake);
    };
    if (closing.destroyed) abandon();
    else closing.once("close", abandon);
    next();
  });

  engine.on("connection", (connected) => {
    const connection = connected as Pick<UpgradeSocket, "once"> & { readonly request: object };
    const handshake = handshakes.get(connection.request);
    if (handshake === undefined) return;
    // The client of a long poll has gone while the connection was made; that ends by its ping timeout.
    if (!handshake.isCounted) counter.add(handshake.address);
    handshake.isCounted = true;
    handshake.isConnected = true;
    connection.once("close", () => release(handshake));
  });
}

function reject(request: EngineRequest, response: EngineResponse): void {
  if (!isStream(response)) {
    rejectUpgrade(request.socket, "429 Too Many Requests");
    return;
  }
  response.writeHead(429, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ message: "Too many connections from this address" }));
}

function isStream(response: EngineResponse): response is Required<EngineResponse> {
  return typeof response.once === "function";
}
