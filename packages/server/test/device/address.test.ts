import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { attachSignaling } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { Server } from "socket.io";
import { describe, expect, it, onTestFinished } from "vitest";
import { startGateway } from "./gateway.js";

/**
 * Requests an upgrade over bare TCP. Resolves with the first answer, or with everything until the server closed the
 * connection.
 */
function ask(url: string, target: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  const headers = [
    "Host: x",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  socket.on("error", () => undefined);
  socket.write(`GET ${target} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
  return new Promise((resolve) => {
    let received = "";
    socket.on("close", () => resolve(received));
    socket.on("data", (data) => {
      received += data.toString("latin1");
      // The answer to the upgrade and one frame after it.
      if (received.includes("{")) resolve(received);
    });
  });
}

const paths = ["/device", "/cameras"];

/** A server without Socket.IO, with two gateways. */
async function serverOfGatewaysAlone(): Promise<string> {
  const http = createServer();
  const signaling = attachSignaling(new Server());
  const gateways = paths.map((path) => attachDeviceGateway(http, signaling, { path }));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

describe("a path that equals the gateway's only when it is resolved", () => {
  it("belongs to Socket.IO if it begins with Socket.IO's path: no request gets two answers", async () => {
    const { url, device, gateway } = await startGateway();
    const answer = await ask(url, "/socket.io/../device?EIO=4&transport=websocket&room=r");
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(answer).toContain('"pingInterval"');
    expect(gateway.size).toBe(0);
    await device("canary");
  });

  it.each([
    "/x/../device?room=r",
    "//x/device?room=r",
    "/./device?room=r",
    "http://x/device?room=r",
    "/device/?room=r",
    "/DEVICE?room=r",
    "/%64evice?room=r",
  ])("is not the gateway's, since a proxy in front may decide by the path as it is sent: %s", async (target) =>
    expect(await ask(await serverOfGatewaysAlone(), target)).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/),
  );
});

describe("an upgrade that nobody answers", () => {
  it("is rejected where there are only gateways: its connection would stay open forever", async () => {
    const url = await serverOfGatewaysAlone();
    const answers = await Promise.all(["/other", "/", "*"].map((target) => ask(url, target)));
    for (const answer of answers) expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 404"]);
    for (const path of paths) expect(await ask(url, `${path}?room=r`)).toContain('"config"');
  });

  it("is left alone where there is another listener", async () => {
    const { http, url } = await startGateway();
    http.prependListener(
      "upgrade",
      (request, socket) => void setTimeout(() => socket.end(`HTTP/1.1 418 ${String(request.url)}\r\n\r\n`), 20),
    );
    expect(await ask(url, "/other")).toBe("HTTP/1.1 418 /other\r\n\r\n");
  });
});

describe("the values in an address", () => {
  it.each(["K%FCche", "K%C3%BC%C", "%"])(
    "that are not percent-encoded UTF-8 are rejected, where the device would wait in a room of another name: %s",
    async (room) => {
      const { url, signaling } = await startGateway();
      expect(await ask(url, `/device?room=${room}`)).toContain(
        "The values in the address must be UTF-8, percent-encoded.",
      );
      expect(await signaling.rooms()).toEqual([]);
    },
  );

  it("are read once: of several rooms the first one counts, also for authorize", async () => {
    const asked: string[] = [];
    const { url, signaling } = await startGateway({}, { authorize: ({ room }) => void asked.push(room) });
    expect(await ask(url, "/device?room=K%C3%BCche+1%3F?&room=vault&ROOM=vault")).toContain('"room":"K');
    expect([asked, await signaling.rooms()]).toEqual([["Küche 1??"], [{ name: "Küche 1??", peers: 1 }]]);
  });
});
