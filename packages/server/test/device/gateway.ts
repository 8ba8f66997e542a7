import { createServer, type Server as HttpServer } from "node:http";
import { type AddressInfo } from "node:net";
import { attachSignaling, recommendedServerOptions, type Signaling, type SignalingOptions } from "@sig/server";
import { attachDeviceGateway, type DeviceGateway, type DeviceGatewayOptions } from "@sig/server/device";
import { Server, type ServerOptions, type Socket as IoSocket } from "socket.io";
import { onTestFinished } from "vitest";
import { newKey, type TestClient } from "../client.js";
import { connectTo } from "../harness.js";
import { TestDevice } from "./device.js";

/** Signaling with a device gateway, on a port of its own, for one test. */
export interface GatewayServer {
  readonly http: HttpServer;
  readonly io: Server;
  readonly signaling: Signaling;
  readonly gateway: DeviceGateway;
  readonly url: string;
  /** A device that has received its first message, which has its id. */
  device(room: string, query?: Record<string, string>): Promise<{ device: TestDevice; id: string }>;
  /** A web page with a key, in a room. */
  viewer(room: string, fields?: Record<string, unknown>): Promise<{ page: TestClient; id: string }>;
}

export async function startGateway(
  options: SignalingOptions<IoSocket> = {},
  gatewayOptions: DeviceGatewayOptions = {},
  ioOptions: Partial<ServerOptions> = {},
): Promise<GatewayServer> {
  const http = createServer();
  const io = new Server(http, { ...recommendedServerOptions, ...ioOptions });
  const signaling = attachSignaling(io, options);
  const gateway = attachDeviceGateway(http, signaling, gatewayOptions);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    await gateway.close();
    await signaling.close();
    await io.close();
  });
  return {
    http,
    io,
    signaling,
    gateway,
    url,
    device: async (room, query = {}) => {
      const device = await TestDevice.connect(url, { room, ...query }, gatewayOptions.path);
      const config = await device.next();
      return { device, id: String(config.id) };
    },
    viewer: async (room, fields = { key: newKey() }) => {
      const page = await connectTo(url);
      const { id } = await page.join(room, fields);
      return { page, id };
    },
  };
}

/** An offer of two bundled sections, as a browser makes it. */
export function offerOf(ufrag = "gX6M"): string {
  const transport = [
    "c=IN IP4 0.0.0.0",
    `a=ice-ufrag:${ufrag}`,
    "a=ice-pwd:qx95+1LvYtBVrqe4QTwAa0El",
    "a=setup:actpass",
  ];
  const lines = [
    "v=0",
    "o=- 7990122081836181129 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1",
    "a=ice-options:trickle",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    ...transport,
    "a=mid:0",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    ...transport,
    "a=mid:1",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

export function candidateLine(port: number, ufrag = "gX6M"): string {
  const address = `candidate:3442447574 1 udp 2122260223 192.168.0.170 ${port} typ host`;
  return `${address} generation 0 ufrag ${ufrag} network-id 1`;
}
