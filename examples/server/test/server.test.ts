import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startServer, type RunningServer } from "../src/start-server.js";

describe("the server", () => {
  let server: RunningServer;
  let pages: string;

  beforeAll(async () => {
    pages = mkdtempSync(join(tmpdir(), "sig-pages-"));
    writeFileSync(join(pages, "index.html"), "<title>hello</title>");
    server = await startServer({ port: 0, host: "127.0.0.1", webRoot: pages });
  });

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
