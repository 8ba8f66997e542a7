import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { Server } from "socket.io";
import { WebSocket, WebSocketServer } from "ws";
import { listen } from "../listen.js";
import type { DeviceConnection, DeviceLog } from "./device-log.js";

/**
 * The gateway that the device under test connects to. It forwards every frame to and from the gateway of `@sig/server`,
 * records them, and can send frames of its own.
 */
export class KitGateway {
  readonly port: number;
  /** The signaling that viewers connect to. */
  readonly signalingUrl: string;
  readonly #front: HttpServer;
  readonly #sockets: WebSocketServer;
  readonly #closeBackend: () => Promise<void>;

  private constructor(
    front: HttpServer,
    port: number,
    sockets: WebSocketServer,
    signalingUrl: string,
    closeBackend: () => Promise<void>,
  ) {
    this.#front = front;
    this.#sockets = sockets;
    this.port = port;
    this.signalingUrl = signalingUrl;
    this.#closeBackend = closeBackend;
  }

  /** Listens on a port; 0 takes any free one. */
  static async start(port: number, log: DeviceLog): Promise<KitGateway> {
    const backend = createServer();
    const io = new Server(backend, { ...recommendedServerOptions });
    const signaling = attachSignaling(io);
    const gateway = attachDeviceGateway(backend, signaling);
    const backendAddress = `127.0.0.1:${String(await listen(backend, 0, "127.0.0.1"))}`;
    const front = createServer();
    const sockets = new WebSocketServer({ server: front });
    // It repeats the errors of the HTTP server, which `listen` reports.
    sockets.on("error", () => undefined);
    sockets.on("connection", (device, { url }) =>
      forward(device, new WebSocket(`ws://${backendAddress}${url ?? "/"}`), url ?? "/", log),
    );
    const closeBackend = async (): Promise<void> => {
      await gateway.close();
      await signaling.close();
      await io.close();
    };
    const bound = await listen(front, port).catch(async (error: unknown) => {
      await closeBackend();
      throw error;
    });
    return new KitGateway(front, bound, sockets, `http://${backendAddress}`, closeBackend);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#front.close();
    await this.#closeBackend();
  }
}

function forward(device: WebSocket, gateway: WebSocket, url: string, log: DeviceLog): void {
  const connection: DeviceConnection = {
    send: (message) => device.send(JSON.stringify(message)),
    ping: async () => {
      device.ping();
      await once(device, "pong");
    },
  };
  log.connected(url, connection);
  device.on("close", () => log.ended(connection));
  const pending: string[] = [];
  device.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    log.fromDevice(text);
    if (gateway.readyState === WebSocket.OPEN) gateway.send(text);
    else pending.push(text);
  });
  gateway.on("open", () => pending.forEach((text) => gateway.send(text)));
  gateway.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    log.toDevice(text);
    device.send(text);
  });
  for (const [one, other] of [
    [device, gateway],
    [gateway, device],
  ] as const) {
    // `close` follows every error.
    one.on("error", () => undefined);
    one.on("close", () => other.close());
  }
}
