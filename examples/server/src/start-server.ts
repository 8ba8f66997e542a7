import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import {
  allowOrigins,
  attachSignaling,
  limitConnections,
  recommendedHttpOptions,
  recommendedServerOptions,
  type Signaling,
  type SignalingOptions,
} from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { Server } from "socket.io";
import { type ConnectionOptions } from "./connection-options.js";
import { answerHealth } from "./health.js";
import { serveMetrics } from "./metrics.js";
import { servePages } from "./pages.js";
import { shareRooms } from "./shared-rooms.js";

export interface StartOptions extends ConnectionOptions {
  /** 0 picks a free port. */
  port: number;
  /** The address to listen on. Default: all. */
  host?: string;
  /** The folder of the built page. Default: that of examples/web. */
  webRoot?: string;
  /** Sent to everybody in a meeting. Default: none. */
  iceServers?: SignalingOptions["iceServers"];
  /** The address of a Redis; all servers that have it share their rooms. Default, or empty: rooms of its own. */
  redisUrl?: string | undefined;
}

export interface RunningServer {
  /** The port that the server listens on. */
  readonly port: number;
  /** `http://localhost:PORT` */
  readonly url: string;
  readonly io: Server;
  readonly signaling: Signaling;
  /** Notifies the peers, closes every connection and resolves when the port is free. */
  close(): Promise<void>;
}

const builtPage = fileURLToPath(new URL("../../web/dist", import.meta.url));

/**
 * Serves the page, the signaling on Socket.IO, devices on a plain WebSocket at `/device`, `GET /healthz` and
 * `GET /metrics`. Rejects with the error of `listen` when the port is not available, and with a `TypeError` for an
 * invalid option.
 */
export async function startServer({
  port,
  host,
  webRoot = builtPage,
  iceServers,
  origins = [],
  connectionsPerAddress = 1_000,
  trustedProxies = 0,
  redisUrl = "",
}: StartOptions): Promise<RunningServer> {
  const pages = servePages(webRoot);
  const shared = redisUrl === "" ? undefined : shareRooms(redisUrl);
  const http = createServer(recommendedHttpOptions, (request, response) => {
    if (request.url === "/healthz") answerHealth(signaling, response);
    else if (request.url === "/metrics") void answerMetrics(response);
    else pages(request, response);
  });
  const io = new Server(http, {
    ...recommendedServerOptions,
    // This server does not know its own name. Peers in Node.js and in Python send no origin.
    allowRequest: allowOrigins(origins, { sameOrigin: true, withoutOrigin: true }),
    cors: { origin: [...origins] },
  });
  const connectionLimit = limitConnections(io, {
    perAddress: connectionsPerAddress,
    connectionsPerSecond: 100,
    trustedProxies,
  });
  const signaling = attachSignaling(io, { iceServers, roster: shared?.roster });
  const answerMetrics = serveMetrics(signaling);
  const devices = attachDeviceGateway(http, signaling, { path: "/device", connectionLimit });

  try {
    await listen(http, port, host);
  } catch (error) {
    // Otherwise the connection to Redis would keep the process running.
    await signaling.close();
    shared?.close();
    throw error;
  }
  const { port: actualPort } = http.address() as AddressInfo;
  return {
    port: actualPort,
    url: `http://localhost:${actualPort}`,
    io,
    signaling,
    close: async () => {
      await devices.close();
      await signaling.close();
      const closed = io.close();
      // Browsers keep idle connections open: without this the port stays in use for seconds.
      http.closeAllConnections();
      await closed;
      shared?.close();
    },
  };
}

function listen(http: HttpServer, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen({ port, host }, () => {
      http.off("error", reject);
      resolve();
    });
  });
}
