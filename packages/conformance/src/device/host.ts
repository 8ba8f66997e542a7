import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { Server } from "socket.io";
import { WebSocket, WebSocketServer } from "ws";
import { listen } from "../listen.js";
import type { DeviceLine, DeviceLog } from "./device-log.js";

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

  private constructor(
    front: HttpServer,
    port: number,
    sockets: WebSocketServer,
    signalingUrl: string,
    closeBehind: () => Promise<void>,
  ) {
    this.#front = front;
    this.#sockets = sockets;
    this.port = port;
    this.signalingUrl = signalingUrl;
    this.#closeBehind = closeBehind;
  }

  /** Listens; port 0 takes any. Rejects where that fails. */
  static async start(port: number, log: DeviceLog): Promise<DeviceHost> {
    const behind = createServer();
    const io = new Server(behind, { ...recommendedServerOptions });
    const signaling = attachSignaling(io);
    const gateway = attachDeviceGateway(behind, signaling);
    const gatewayUrl = `127.0.0.1:${String(await listen(behind, 0, "127.0.0.1"))}`;
    const front = createServer();
    const sockets = new WebSocketServer({ server: front });
    // It repeats the errors of the HTTP server, which are told to who listens.
    sockets.on("error", () => undefined);
    sockets.on("connection", (device, { url }) =>
      bridge(device, new WebSocket(`ws://${gatewayUrl}${url ?? "/"}`), url ?? "/", log),
    );
    const closeBehind = async (): Promise<void> => {
      await gateway.close();
      await signaling.close();
      await io.close();
    };
    const taken = await listen(front, port).catch(async (cause: unknown) => {
      await closeBehind();
      throw cause;
    });
    return new DeviceHost(front, taken, sockets, `http://${gatewayUrl}`, closeBehind);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#front.close();
    await this.#closeBehind();
  }
}

function bridge(device: WebSocket, gateway: WebSocket, url: string, log: DeviceLog): void {
  const line: DeviceLine = {
    say: (message) => device.send(JSON.stringify(message)),
    isAlive: async () => {
      device.ping();
      await once(device, "pong");
    },
  };
  log.connected(url, line);
  device.on("close", () => log.ended(line));
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
  for (const [one, other] of [
    [device, gateway],
    [gateway, device],
  ] as const) {
    // An error is followed by the end.
    one.on("error", () => undefined);
    one.on("close", () => other.close());
  }
}
