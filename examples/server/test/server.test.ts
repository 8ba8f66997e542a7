import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { readIceServers } from "../src/ice-servers.js";
import { readPort } from "../src/port.js";
import { startServer, type RunningServer } from "../src/start-server.js";

describe("PORT", () => {
  it("is 3000 when nothing is set", () => {
    expect([readPort(undefined), readPort("")]).toEqual([3000, 3000]);
  });

  it.each(["0", "1", "65535"])("may be %s", (text) => {
    expect(readPort(text)).toBe(Number(text));
  });

  it.each(["65536", "-1", "3.5", "0x10", "1e3", " 80", "http"])("may not be %j", (text) => {
    expect(() => readPort(text)).toThrow(/whole number from 0 to 65535/);
  });
});

describe("TURN_URLS, TURN_SECRET and STUN_URLS", () => {
  const peer = { id: "ada", room: "r", socket: undefined as never };

  it("are no ICE servers when nothing is set", () => {
    expect(readIceServers({})).toBeUndefined();
    expect(readIceServers({ TURN_URLS: "", STUN_URLS: " " })).toBeUndefined();
  });

  it("may be STUN servers alone, or TURN servers with credentials for each peer", () => {
    expect(readIceServers({ STUN_URLS: "stun:a, stun:b" })).toEqual([{ urls: ["stun:a", "stun:b"] }]);
    const made = readIceServers({ TURN_URLS: "turn:a,turns:b", TURN_SECRET: "s", STUN_URLS: "stun:a" });
    expect(typeof made === "function" && made(peer)).toMatchObject({
      iceServers: [
        { urls: ["stun:a"] },
        { urls: ["turn:a", "turns:b"], username: expect.stringMatching(/^\d+:ada$/) as string },
      ],
      ttl: 3600,
    });
  });

  it("are refused in a sentence where the secret is missing or an address is none", () => {
    expect(() => readIceServers({ TURN_URLS: "turn:a" })).toThrow("TURN_SECRET");
    expect(() => readIceServers({ TURN_URLS: "a", TURN_SECRET: "s" })).toThrow("turn:turn.example.org");
  });
});

describe("the server in this process", () => {
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

  it("serves the page with a policy that lets nothing else in", async () => {
    const response = await fetch(`${server.url}/?room=standup`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("hello");
    expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
  });

  it("answers 404 for what is not there and for what is outside its folder", async () => {
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${server.url}/..%2f..%2fpackage.json`)).status).toBe(404);
  });

  it("says how it is at /healthz", async () => {
    const socket = io(server.url);
    socket.emit("createAndJoinRoom", { room: "health" });
    await new Promise((resolve) => socket.once("created", resolve));
    const response = await fetch(`${server.url}/healthz`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(await response.json()).toMatchObject({ ok: true, rooms: 1, peers: 1 });
    socket.disconnect();
  });

  it("lets devices in at /device, into the rooms of the page", async () => {
    const device = new WebSocket(`ws://127.0.0.1:${server.port}/device?room=hall`);
    const [message] = (await once(device, "message")) as [Buffer];
    expect(JSON.parse(message.toString())).toMatchObject({ type: "config", room: "hall", stun: null });
    expect(await server.signaling.peers("hall")).toHaveLength(1);
    device.close();
  });

  it("says what to do where the page was not built", async () => {
    const bare = await startServer({ port: 0, host: "127.0.0.1", webRoot: join(pages, "missing") });
    const response = await fetch(bare.url);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm start");
    await bare.close();
  });
});

describe("the process", () => {
  const folder = mkdtempSync(join(import.meta.dirname, "../node_modules/.process-test-"));
  const main = join(folder, "main.mjs");
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    await build({
      entryPoints: [join(import.meta.dirname, "../src/main.ts")],
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      conditions: ["@sig/source"],
      external: ["socket.io", "sirv", "ws"],
      outfile: main,
    });
  });

  afterEach(() => {
    child?.kill("SIGKILL");
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Starts it and collects what it says. */
  function run(port: string) {
    const started = spawn(process.execPath, [main], {
      env: { ...process.env, PORT: port },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    const said = { out: "", err: "" };
    started.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
    started.stderr.on("data", (chunk: Buffer) => (said.err += chunk.toString()));
    const printed = new Promise<string>((resolve) => {
      started.stdout.on("data", () => {
        if (said.out.includes("\n")) resolve(said.out);
      });
    });
    const ended = once(started, "close").then(([code]) => ({ code: code as number | null, ...said }));
    return { process: started, printed, ended };
  }

  it("prints its address, serves, and ends with 0 at SIGTERM while somebody is connected", async () => {
    const server = run("0");
    const line = await server.printed;
    expect(line).toMatch(/^http:\/\/localhost:\d+\n$/);
    const socket = io(line.trim(), { reconnection: false });
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    server.process.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0, err: "" });
    socket.disconnect();
  });

  it("ends with 0 at SIGINT", async () => {
    const server = run("0");
    await server.printed;
    server.process.kill("SIGINT");
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it("says in one line that PORT makes no sense", async () => {
    const { code, out, err } = await run("soup").ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^PORT must be a whole number.*"soup"\.\n$/);
  });

  it("says in one line that its port is taken", async () => {
    const other = createServer().listen(0);
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const { code, err } = await run(port).ended;
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^Port ${port} is taken\\..*\n$`));
    other.close();
  });
});
