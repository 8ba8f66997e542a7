import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { attachSignaling } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { Server } from "socket.io";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import { until } from "../harness.js";
import { TestDevice } from "./device.js";
import { startGateway } from "./gateway.js";

const room = "front door";

describe("U18: the application closes its server", () => {
  it("with `io.close()` while a device is connected: it resolves, and the device may come back", async () => {
    const { io, device, gateway, viewer } = await startGateway();
    const { device: camera } = await device(room);
    await viewer(room);
    await io.close();
    expect(await camera.closed).toBe(1001);
    await until("the gateway has no device", () => gateway.size === 0);
  });

  it("which is looked for no longer than a device is connected", async () => {
    const { device, gateway, signaling } = await startGateway();
    const { device: camera } = await device(room);
    camera.socket.close();
    await until("the device has gone", () => gateway.size === 0);
    const { device: next } = await device(room);
    expect(await next.roundTrip()).toEqual([]);
    expect(await signaling.peers(room)).toHaveLength(1);
  });
});

describe("U19: a second WebSocket server of the application, without a path", () => {
  it.each(["before", "after"])("%s the gateway: the process goes on, and the log says why", async (order) => {
    const http = createServer();
    const io = new Server(http);
    const signaling = attachSignaling(io);
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const other = order === "before" ? new WebSocketServer({ server: http }) : undefined;
    const gateway = attachDeviceGateway(http, signaling, {
      logger: { debug: write, info: write, warn: write, error: write },
    });
    const servers = [other ?? new WebSocketServer({ server: http })];
    servers[0]?.on("connection", (socket) => socket.send('{"hello":"from the application"}'));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    onTestFinished(async () => {
      for (const server of servers) for (const socket of server.clients) socket.terminate();
      await gateway.close();
      await io.close();
    });
    const thrown: unknown[] = [];
    const onThrown = (cause: unknown) => thrown.push(cause);
    process.on("uncaughtException", onThrown);
    onTestFinished(() => void process.off("uncaughtException", onThrown));

    const device = await TestDevice.connect(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, { room });
    expect(await device.next()).toEqual({ hello: "from the application" });
    await until("the log says why the device is not served", () => lines.length > 0);
    expect(lines).toEqual(["device not served: another listener of the HTTP server has answered its upgrade"]);
    expect([thrown, gateway.size]).toEqual([[], 0]);
    device.socket.close();
    await once(device.socket, "close");
  });
});
