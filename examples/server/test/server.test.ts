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

  it("T20: connects its own pages and programs without an origin, and no page of another origin", async () => {
    const status = async (origin?: string) =>
      (await get("/socket.io/?EIO=4&transport=polling", origin === undefined ? {} : { origin })).status;
    expect([await status(server.url), await status()]).toEqual([200, 200]);
    expect([await status("https://evil.example"), await status("null")]).toEqual([403, 403]);
    const other = await startServer({ port: 0, host: "127.0.0.1", webRoot: pages, origins: ["https://a.example"] });
    const answer = await fetch(`http://127.0.0.1:${String(other.port)}/socket.io/?EIO=4&transport=polling`, {
      headers: { origin: "https://a.example" },
    });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "https://a.example"]);
    await other.close();
    await expect(startServer({ port: 0, origins: ["a.example"] })).rejects.toThrow("origins[0] must be an origin");
  });

  it("T18: limits the connections of one address, those of devices included", async () => {
    const limited = await startServer({ port: 0, host: "127.0.0.1", webRoot: pages, connectionsPerAddress: 1 });
    const url = `http://127.0.0.1:${String(limited.port)}`;
    const device = new WebSocket(`${url.replace("http", "ws")}/device?room=r`);
    await once(device, "open");
    expect((await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).status).toBe(429);
    device.terminate();
    await limited.close();
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
