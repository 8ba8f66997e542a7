import { type IncomingMessage } from "node:http";
import { type Duplex } from "node:stream";
import { createDeviceMessages } from "@sig/protocol";
import { WebSocketServer } from "ws";
import { type Signaling } from "../attach-signaling.js";
import { guardLogger } from "../logger.js";
import { admitDevice, type Device } from "./admit-device.js";
import { settleDevice, type DeviceGatewayOptions, type UpgradeRequest } from "./device-options.js";
import { closeCodes } from "./json-connection.js";

type UpgradeListener = (request: UpgradeRequest, socket: object, head: Uint8Array) => void;

/** An HTTP or HTTPS server of Node's, as far as it is used: no types of Node's are needed to use those of this library. */
export interface UpgradeServer {
  on(event: "upgrade", listener: UpgradeListener): unknown;
  off(event: "upgrade", listener: UpgradeListener): unknown;
  listenerCount(event: "upgrade"): number;
}

/** A way in for devices that speak JSON over a plain WebSocket. */
export interface DeviceGateway {
  /** How many devices are connected, those that have not joined yet included. */
  readonly size: number;
  /**
   * Lets no more devices in and sends away those that are there: for the others they have left. Resolves when the last
   * connection has ended, two seconds later at most. Calling it again gives the same promise.
   */
  close(): Promise<void>;
}

/** How long a device may take to answer a close frame. */
const closeTimeoutMs = 2_000;

/** The paths of the gateways of each server, so that two of them never answer one request. */
const served = new WeakMap<object, Set<string>>();

/**
 * Lets devices without a Socket.IO client into the rooms of a signaling service (docs/devices.md). WebSockets to other paths,
 * those of Socket.IO among them, and requests that are none are left to the others who listen.
 * @throws TypeError where an option cannot be meant; Error where this path of this server has a gateway already
 */
export function attachDeviceGateway(
  httpServer: UpgradeServer,
  signaling: Signaling,
  options: DeviceGatewayOptions = {},
): DeviceGateway {
  const { limits } = signaling;
  const settings = settleDevice(options, limits.sdp);
  const paths = served.get(httpServer) ?? new Set();
  if (paths.has(settings.path))
    throw new Error(`There is a device gateway at ${settings.path} of this server already; close() it first.`);
  served.set(httpServer, paths.add(settings.path));

  // Not written in the call: the types of ws do not know closeTimeout yet.
  const webSocketOptions = {
    noServer: true,
    clientTracking: false,
    maxPayload: settings.maxPayload,
    perMessageDeflate: false,
    // Answered by the gateway, which counts them.
    autoPong: false,
    // Judged by the gateway, which can say what is wrong.
    skipUTF8Validation: true,
    closeTimeout: closeTimeoutMs,
  };
  const webSockets = new WebSocketServer(webSocketOptions);
  const gateway = {
    settings,
    signaling,
    limits,
    messages: createDeviceMessages(limits),
    log: guardLogger(options.logger),
  };
  const devices = new Set<Device>();
  let closed: Promise<void> | undefined;
  let lastIsGone = (): void => undefined;

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { path, query } = splitTarget(request.url);
    if (path !== settings.path) {
      // With gateways alone there is nobody else who could answer, and Node.js would keep the connection for ever.
      if (!paths.has(path) && httpServer.listenerCount("upgrade") === paths.size) refuseUpgrade(socket);
      return;
    }
    // Answered at once, before anybody is asked: Engine.IO ends an upgrade that is not its own and has no answer within a second.
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const device = admitDevice(gateway, webSocket, request, query);
      devices.add(device);
      webSocket.once("close", () => {
        devices.delete(device);
        if (devices.size === 0) lastIsGone();
      });
    });
  };
  const listener = onUpgrade as UpgradeListener;
  httpServer.on("upgrade", listener);

  return {
    get size() {
      return devices.size;
    },
    close: () => {
      closed ??= new Promise((resolve) => {
        httpServer.off("upgrade", listener);
        paths.delete(settings.path);
        lastIsGone = resolve;
        if (devices.size === 0) resolve();
        for (const device of devices) device.leave(closeCodes.goingAway);
      });
      return closed;
    },
  };
}

/**
 * A request's target in its parts, as they were sent. Nothing is resolved: what is `/socket.io/../device` to us begins with
 * `/socket.io/` for Engine.IO, and two that answer one upgrade end the process.
 */
function splitTarget(target = ""): { path: string; query: string } {
  const [path = "", ...query] = target.split("?");
  return { path, query: query.join("?") };
}

/** The first of several gateways does it. */
function refuseUpgrade(socket: Duplex): void {
  if (socket.writableEnded) return;
  socket.on("error", () => undefined);
  socket.once("finish", () => socket.destroy());
  socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}
