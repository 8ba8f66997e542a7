import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { attachSignaling, recommendedServerOptions, type Signaling, type SignalingOptions } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { Server } from "socket.io";
import { answerHealth } from "./health.js";
import { servePages } from "./pages.js";

export interface StartOptions {
  /** 0 takes any free port. */
  port: number;
  /** Which address to listen on; absent means all of them. */
  host?: string;
  /** The folder of the built page; absent means that of the example. */
  webRoot?: string;
  /** Handed to everybody in a meeting; absent means none. */
  iceServers?: SignalingOptions["iceServers"];
}

export interface RunningServer {
  /** The port that was taken. */
  readonly port: number;
  /** `http://localhost:PORT` */
  readonly url: string;
  readonly io: Server;
  readonly signaling: Signaling;
  /** Tells the peers, closes every connection and resolves when the port is free again. */
  close(): Promise<void>;
}

const builtPage = fileURLToPath(new URL("../../web/dist", import.meta.url));

/** Serves the meeting and its signaling, for devices on a plain WebSocket at `/device` too. Rejects with the error of `listen` when the port cannot be had. */
export async function startServer({
  port,
  host,
  webRoot = builtPage,
  iceServers,
}: StartOptions): Promise<RunningServer> {
  const pages = servePages(webRoot);
  const http = createServer((request, response) => {
    if (request.url === "/healthz") void answerHealth(signaling, response);
    else pages(request, response);
  });
  const io = new Server(http, { ...recommendedServerOptions });
  const signaling = attachSignaling(io, { iceServers });
  const devices = attachDeviceGateway(http, signaling, { path: "/device" });

  await listen(http, port, host);
  const taken = (http.address() as AddressInfo).port;
  return {
    port: taken,
    url: `http://localhost:${taken}`,
    io,
    signaling,
    close: async () => {
      await devices.close();
      await signaling.close();
      const closed = io.close();
      // A browser keeps its connections open: without this the port stays taken for seconds.
      http.closeAllConnections();
      await closed;
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
