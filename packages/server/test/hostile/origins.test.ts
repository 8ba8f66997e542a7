import { allowOrigins, type AllowOriginsOptions } from "@sig/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { io as connect } from "socket.io-client";
import { newKey, transports, type Transport } from "../client.js";
import { startServer } from "../harness.js";
import { webSocketStatus } from "./handshakes.js";

const page = "https://app.example.org";

async function startGuarded(options?: AllowOriginsOptions, cors = false) {
  const server = await startServer(
    {},
    { allowRequest: allowOrigins([page], options), ...(cors && { cors: { origin: [page] } }) },
  );
  let connections = 0;
  server.io.engine.on("connection", () => (connections += 1));
  const polling = async (headers: Record<string, string>) => {
    const response = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers });
    return { status: response.status, body: await response.text() };
  };
  const webSocket = (headers: Record<string, string>) => webSocketStatus(server.url, { headers });
  return { ...server, polling, webSocket, connections: () => connections };
}

/** Connects as a page of an origin does, and joins. */
async function join(url: string, transport: Transport, origin: string): Promise<unknown> {
  const socket = connect(url, { transports: [transport], forceNew: true, extraHeaders: { origin } });
  onTestFinished(() => void socket.disconnect());
  return socket.timeout(8_000).emitWithAck("createAndJoinRoom", { room: "r", key: newKey() });
}

describe("T20: connections from pages of other origins", () => {
  it("T20: are rejected before there is a connection, with 403 for polling and 400 for WebSocket", async () => {
    const { polling, webSocket, connections } = await startGuarded();
    for (const origin of ["https://evil.example", `${page}.evil.example`, "null"]) {
      expect(await polling({ origin }), origin).toEqual({
        status: 403,
        body: '{"code":4,"message":"Origin not allowed"}',
      });
      expect(await webSocket({ origin }), origin).toBe(400);
    }
    expect(connections()).toBe(0);
  });

  it.each(transports)("T20: a page of an allowed origin joins over %s", async (transport) => {
    const { url } = await startGuarded({}, true);
    expect(await join(url, transport, page)).toMatchObject({ ok: true, room: "r" });
  });

  it("T20: without an origin, the policy decides", async () => {
    const strict = await startGuarded();
    expect([(await strict.polling({})).status, await strict.webSocket({})]).toEqual([403, 400]);
    expect((await strict.polling({ "sec-fetch-site": "same-origin" })).status, "a page polls its own server").toBe(200);
    const open = await startGuarded({ withoutOrigin: true });
    expect([(await open.polling({})).status, await open.webSocket({})]).toEqual([200, 101]);
    expect((await open.polling({ origin: "https://evil.example" })).status).toBe(403);
  });

  it("T20: with `sameOrigin`, the page of this very host connects, and one of another port does not", async () => {
    const { url, polling, webSocket } = await startGuarded({ sameOrigin: true });
    expect([(await polling({ origin: url })).status, await webSocket({ origin: url })]).toEqual([200, 101]);
    const other = "http://127.0.0.1:1";
    expect([(await polling({ origin: other })).status, await webSocket({ origin: other })]).toEqual([403, 400]);
  });
});
