import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startServer, type RunningServer } from "../src/start-server.js";

const script = "console.log('hello');".repeat(100);

describe("the server", () => {
  let server: RunningServer;
  let pages: string;

  beforeAll(async () => {
    pages = mkdtempSync(join(tmpdir(), "sig-pages-"));
    writeFileSync(join(pages, "index.html"), "<title>hello</title>");
    mkdirSync(join(pages, "assets"));
    writeFileSync(join(pages, "assets/app.js"), script);
    writeFileSync(join(pages, "assets/app.js.br"), brotliCompressSync(script));
    writeFileSync(join(pages, "assets/app.js.gz"), gzipSync(script));
    server = await startServer({ port: 0, host: "127.0.0.1", webRoot: pages });
  });

  /** The body as it is sent: `fetch` would decompress it. */
  async function get(path: string, headers: OutgoingHttpHeaders) {
    const [response] = (await once(request(`${server.url}${path}`, { headers }).end(), "response")) as [
      IncomingMessage,
    ];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
  }

  afterAll(async () => {
    await server.close();
    rmSync(pages, { recursive: true });
  });

  it("serves the page with a policy that allows only its own scripts", async () => {
    const response = await fetch(`${server.url}/?room=standup`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("hello");
    expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
  });

  it.each([
    ["br, gzip", "br", brotliDecompressSync],
    ["gzip", "gzip", gunzipSync],
    ["identity", undefined, (body: Buffer) => body],
  ])("W06: sends files as the build has compressed them: Accept-Encoding %s", async (accepted, encoding, decode) => {
    const { headers, body } = await get("/assets/app.js", { "accept-encoding": accepted });
    expect(headers).toMatchObject({
      "content-type": "text/javascript",
      "content-length": String(body.length),
      "cache-control": "public, max-age=31536000, immutable",
      vary: "Accept-Encoding",
    });
    expect(headers["content-encoding"]).toBe(encoding);
    expect(decode(body).toString()).toBe(script);
    const etag = headers.etag ?? "";
    const again = await get("/assets/app.js", { "accept-encoding": accepted, "if-none-match": etag });
    expect([again.status, again.headers.vary]).toEqual([304, "Accept-Encoding"]);
  });

  it("W06: sends files without a compressed copy, the health and the signaling as they are", async () => {
    for (const path of ["/", "/healthz", "/socket.io/?EIO=4&transport=polling"]) {
      const { status, headers } = await get(path, { "accept-encoding": "br, gzip" });
      expect([path, status, headers["content-encoding"]]).toEqual([path, 200, undefined]);
    }
  });

  it("answers 404 for missing files and for paths outside the folder", async () => {
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${server.url}/..%2f..%2fpackage.json`)).status).toBe(404);
  });

  it("reports its health at /healthz", async () => {
    const socket = io(server.url);
    socket.emit("createAndJoinRoom", { room: "health" });
    await new Promise((resolve) => socket.once("created", resolve));
    const response = await fetch(`${server.url}/healthz`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(await response.json()).toMatchObject({ ok: true, rooms: 1, peers: 1 });
    socket.disconnect();
  });

  it("lets devices join the rooms of the page at /device", async () => {
    const device = new WebSocket(`ws://127.0.0.1:${server.port}/device?room=hall`);
    const [message] = (await once(device, "message")) as [Buffer];
    expect(JSON.parse(message.toString())).toMatchObject({ type: "config", room: "hall", stun: null });
    expect(await server.signaling.peers("hall")).toHaveLength(1);
    device.close();
  });

  it("answers 503 with instructions when the page is not built", async () => {
    const bare = await startServer({ port: 0, host: "127.0.0.1", webRoot: join(pages, "missing") });
    const response = await fetch(bare.url);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm start");
    await bare.close();
  });
});
