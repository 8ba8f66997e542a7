import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { Server } from "socket.io";
import { WebSocket, WebSocketServer } from "ws";
import type { DeviceLog } from "./device-log.js";

/**
 * A gateway for the device under test to connect to. It stands before ours and passes each frame on, so that what is said can be
 * looked at, and something be said in between.
 */
export class DeviceHost {
  readonly port: number;
  /** The signaling that viewers connect to. */
  readonly signalingUrl: string;
  readonly #front: HttpServer;
  readonly #sockets: WebSocketServer;
  readonly #closeBehind: () => Promise<void>;

  private constructor(front: HttpServer, sockets: WebSocketServer, signalingUrl: string, closeBehind: () => Promise<void>) {
    this.#front = front;
    this.#sockets = sockets;
    this.port = portOf(front);
    this.signalingUrl = signalingUrl;
    this.#closeBehind = closeBehind;
  }

  /** Listens; port 0 takes any. Rejects where that fails. */
  static async start(port: number, log: DeviceLog): Promise<DeviceHost> {
    const behind = createServer();
    const io = new Server(behind, { ...recommendedServerOptions });
    const signaling = attachSignaling(io);
    const gateway = attachDeviceGateway(behind, signaling);
    await listen(behind, 0, "127.0.0.1");
    const gatewayUrl = `127.0.0.1:${String(portOf(behind))}`;
    const front = createServer();
    const sockets = new WebSocketServer({ server: front });
    sockets.on("connection", (device, { url }) => bridge(device, new WebSocket(`ws://${gatewayUrl}${url ?? "/"}`), url ?? "/", log));
    const closeBehind = async (): Promise<void> => {
      await gateway.close();
      await signaling.close();
      await io.close();
    };
    await listen(front, port).catch(async (cause: unknown) => {
      await closeBehind();
      throw cause;
    });
    return new DeviceHost(front, sockets, `http://${gatewayUrl}`, closeBehind);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#front.close();
    await this.#closeBehind();
  }
}

function bridge(device: WebSocket, gateway: WebSocket, url: string, log: DeviceLog): void {
  log.connected(url, {
    say: (message) => device.send(JSON.stringify(message)),
    isOpen: () => device.readyState === WebSocket.OPEN,
    isAlive: async () => {
      device.ping();
      await once(device, "pong");
    },
  });
  const early: string[] = [];
  device.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    log.said(text);
    if (gateway.readyState === WebSocket.OPEN) gateway.send(text);
    else early.push(text);
  });
  gateway.on("open", () => early.forEach((text) => gateway.send(text)));
  gateway.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    log.heard(text);
    device.send(text);
  });
  for (const [one, other] of [[device, gateway], [gateway, device]] as const) {
    // An error is followed by the end.
    one.on("error", () => undefined);
    one.on("close", () => other.close());
  }
}

function listen(server: HttpServer, port: number, host?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

const portOf = (server: HttpServer): number => (server.address() as AddressInfo).port;
