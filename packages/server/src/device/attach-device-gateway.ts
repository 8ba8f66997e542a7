import { type IncomingMessage } from "node:http";
import { type Duplex } from "node:stream";
import { createDeviceMessages } from "@sig/protocol";
import { WebSocketServer } from "ws";
import { type Signaling } from "../signaling.js";
import { attachedTo } from "../attached.js";
import { rejectUpgrade } from "../connections/reject-upgrade.js";
import { guardLogger } from "../logger.js";
import { admitDevice, type Device } from "./admit-device.js";
import { settleDeviceOptions, type DeviceGatewayOptions, type UpgradeRequest } from "./device-options.js";
import { closeCodes } from "./json-connection.js";

type UpgradeListener = (request: UpgradeRequest, socket: object, head: Uint8Array) => void;

/** The members of Node's HTTP or HTTPS server that are used here. The types of this library need no types of Node. */
export interface UpgradeServer {
  on(event: "upgrade", listener: UpgradeListener): unknown;
  off(event: "upgrade", listener: UpgradeListener): unknown;
  listenerCount(event: "upgrade"): number;
  /** Whether it accepts connections; absent for servers that do not say. */
  readonly listening?: boolean | undefined;
}

/** Lets devices join that speak JSON over a plain WebSocket. */
export interface DeviceGateway {
  /** The number of connected devices, including those that have not joined yet. */
  readonly size: number;
  /**
   * Rejects new devices and disconnects the present ones; the other peers receive `exit`. Resolves when the last
   * connection has ended, after two seconds at most. Further calls return the same promise.
   */
  close(): Promise<void>;
}

/** How often to look whether the HTTP server has been closed, in milliseconds. */
const watchIntervalMs = 1_000;
/** Milliseconds that a device has to answer a close frame. */
const closeTimeoutMs = 2_000;
/** The first of several gateways answers with it. */
const notFound = "404 Not Found";

/**
 * Lets devices without a Socket.IO client into the rooms of a signaling service (docs/devices.md). WebSockets to other
 * paths, those of Socket.IO among them, are left to the other listeners of the server.
 * @throws TypeError if an option is invalid; Error if this path of this server has a gateway already
 */
export function attachDeviceGateway(
  httpServer: UpgradeServer,
  signaling: Signaling,
  options: DeviceGatewayOptions = {},
): DeviceGateway {
  const { limits } = signaling;
  const settings = settleDeviceOptions(options, limits.sdp);
  // Two gateways never answer one request.
  const paths = attachedTo(httpServer);
  if (paths.has(settings.path))
    throw new Error(
      `A device gateway is attached at ${settings.path} of this server already. Call close() on it first.`,
    );
  paths.add(settings.path);

  // A variable, since the types of ws do not have closeTimeout yet.
  const webSocketOptions = {
    noServer: true,
    clientTracking: false,
    maxPayload: settings.maxPayload,
    perMessageDeflate: false,
    // The gateway answers pings, and counts them.
    autoPong: false,
    // The gateway validates the encoding, and sends a rejection that says so.
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
  let onLastEnd = (): void => undefined;
  let stopWatching = (): void => undefined;

  const disconnectAll = (): void => {
    for (const device of devices) device.leave(closeCodes.goingAway);
  };
  /** Nothing announces that an HTTP server is being closed, and it waits for the connections of the devices. */
  const watch = (): void => {
    stopWatching = settings.clock.after(watchIntervalMs, () => {
      if (httpServer.listening === false) disconnectAll();
      else watch();
    });
  };
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, query: string): void => {
    if (closed !== undefined) {
      rejectUpgrade(socket, notFound);
      return;
    }
    if (settings.connectionLimit !== undefined) {
      const release = settings.connectionLimit.open(request);
      if (release === undefined) {
        rejectUpgrade(socket, "429 Too Many Requests");
        return;
      }
      // Whatever happens to the connection, before or after its handshake.
      if (socket.destroyed) release();
      else socket.once("close", release);
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const device = admitDevice(gateway, webSocket, request, query);
      devices.add(device);
      if (devices.size === 1) watch();
      webSocket.once("close", () => {
        devices.delete(device);
        if (devices.size > 0) return;
        stopWatching();
        onLastEnd();
      });
    });
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { path, query } = splitTarget(request.url);
    if (path !== settings.path) {
      // With no listeners but gateways nobody else could answer, and Node.js would keep the connection open forever.
      if (!paths.has(path) && httpServer.listenerCount("upgrade") === paths.size) rejectUpgrade(socket, notFound);
      return;
    }
    // Answered at once, before the application is asked: Engine.IO ends a foreign upgrade that has no answer within a
    // second. But after every other listener: a WebSocket server of the application without a path takes it, too, and
    // the second answer to one upgrade throws, which here is caught and in its listener would end the process.
    queueMicrotask(() => {
      try {
        upgrade(request, socket, head, query);
      } catch (cause) {
        const error = cause instanceof Error ? cause.name : typeof cause;
        gateway.log.error("device not served: another listener of the HTTP server has answered its upgrade", { error });
      }
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
        onLastEnd = resolve;
        if (devices.size === 0) resolve();
        disconnectAll();
      });
      return closed;
    },
  };
}

/**
 * Splits the target of a request, as it was sent. Nothing is resolved: for Engine.IO `/socket.io/../device` begins with
 * `/socket.io/`, and two answers to one upgrade would end the process.
 */
function splitTarget(target = ""): { path: string; query: string } {
  const [path = "", ...query] = target.split("?");
  return { path, query: query.join("?") };
}
