import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PeerManager, SignalingError, type PeerManagerOptions } from "@sig/client";
import { attachSignaling, type Signaling, type SignalingOptions } from "@sig/server";
import { Server, type Socket } from "socket.io";
import { io, type ManagerOptions, type Socket as ClientSocket, type SocketOptions } from "socket.io-client";
import { expect } from "vitest";
import { IdleConnection, RTCPeerConnection } from "./idle-connection.js";

/**
 * A server that can stop and return at its address, and managers that use it over real sockets. Only media is missing.
 */
export class Lab {
  /** The Socket.IO server of the application. */
  io!: Server;
  signaling!: Signaling;
  http!: HttpServer;
  readonly #sockets: ClientSocket[] = [];
  #port = 0;

  /** The address that managers connect to, unless they get a socket of their own. */
  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  get port(): number {
    return this.#port;
  }

  /** @param attach - Of another version of the package, if not of this one. */
  async serve(options: SignalingOptions<Socket> = {}, attach = attachSignaling): Promise<void> {
    this.http = createServer();
    this.io = new Server(this.http);
    this.signaling = attach(this.io, options);
    await new Promise<void>((resolve) => this.http.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.http.address() as AddressInfo).port;
  }

  /** Cuts every connection and accepts none. The server loses its state. */
  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await this.io.close();
  }

  connect(options: Partial<ManagerOptions & SocketOptions> = {}, url = this.url): ClientSocket {
    const socket = io(url, {
      forceNew: true,
      transports: ["websocket"],
      reconnectionDelay: 20,
      reconnectionDelayMax: 50,
      ...options,
    });
    this.#sockets.push(socket);
    return socket;
  }

  /** @param Manager - Of another version of the package, if not of this one. */
  manage(socket = this.connect(), options: Partial<PeerManagerOptions> = {}, Manager = PeerManager): PeerManager {
    return new Manager(socket, {
      RTCPeerConnection,
      recovery: { rejoinDelayMs: 20, rejoinMaxDelayMs: 50 },
      ...options,
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.splice(0)) socket.disconnect();
    await this.stop();
    IdleConnection.open.clear();
  }
}

/** The `SignalingError` that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<SignalingError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SignalingError);
  return error as SignalingError;
}

/** The `SignalingError` that a call throws. */
export function thrown(call: () => unknown): SignalingError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(SignalingError);
    return error as SignalingError;
  }
  throw new Error("Nothing was thrown.");
}
