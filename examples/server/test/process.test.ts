import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

describe("the server process", () => {
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
      external: ["prom-client", "redis", "socket.io", "sirv", "ws"],
      outfile: main,
    });
  });

  afterEach(() => {
    child?.kill("SIGKILL");
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Starts the process and collects its output. */
  function run(port: string, env: Record<string, string> = {}) {
    const started = spawn(process.execPath, [main], {
      env: { ...process.env, PORT: port, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    const output = { out: "", err: "" };
    started.stdout.on("data", (chunk: Buffer) => (output.out += chunk.toString()));
    started.stderr.on("data", (chunk: Buffer) => (output.err += chunk.toString()));
    const printed = new Promise<string>((resolve) => {
      started.stdout.on("data", () => {
        if (output.out.includes("\n")) resolve(output.out);
      });
    });
    const ended = once(started, "close").then(([code]) => ({ code: code as number | null, ...output }));
    return { process: started, printed, ended };
  }

  it("prints its address, serves, and exits with 0 at SIGTERM while a client is connected", async () => {
    const server = run("0");
    const line = await server.printed;
    expect(line).toMatch(/^http:\/\/localhost:\d+\n$/);
    const socket = io(line.trim(), { reconnection: false });
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    server.process.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0, err: "" });
    socket.disconnect();
  });

  it("sends its members elsewhere at SIGTERM before it exits, and lets nobody in any more", async () => {
    const server = run("0", { DRAIN_MS: "4000" });
    const socket = io((await server.printed).trim(), { reconnection: false });
    const received: string[] = [];
    socket.onAny((event: string) => received.push(event));
    const drained = new Promise((resolve) => socket.once("drain", resolve));
    const join = { room: "r", key: "k".repeat(22), features: ["drain"] };
    expect(await socket.emitWithAck("createAndJoinRoom", join)).toMatchObject({ ok: true });
    const gone = new Promise((resolve) => socket.once("disconnect", resolve));
    server.process.kill("SIGTERM");
    expect(await drained).toEqual({ room: "r", withinMs: 1000 });
    expect(await socket.emitWithAck("createAndJoinRoom", { ...join, room: "q" })).toMatchObject({ code: "CLOSING" });
    expect(await gone).toBe("transport close");
    expect(await server.ended).toMatchObject({ code: 0, err: "" });
    expect(received).toEqual(["created", "drain"]);
  });

  it("prints one line for an invalid DRAIN_MS", async () => {
    const { code, err } = await run("0", { DRAIN_MS: "-1" }).ended;
    expect({ code, err }).toEqual({
      code: 1,
      err: 'Invalid DRAIN_MS "-1": expected a whole number from 0 to 3600000.\n',
    });
  });

  it("exits with 0 at SIGINT", async () => {
    const server = run("0");
    await server.printed;
    server.process.kill("SIGINT");
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it("prints one line for an invalid PORT", async () => {
    const { code, out, err } = await run("soup").ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^Invalid PORT "soup": expected a whole number from 0 to 65535.*\.\n$/);
  });

  it("prints one line for an invalid REDIS_URL, and does not repeat it: it may have a password", async () => {
    expect(await run("0", { REDIS_URL: "redis//:secret@example.org" }).ended).toEqual({
      code: 1,
      out: "",
      err: "Invalid REDIS_URL: expected an address such as redis://127.0.0.1:6379.\n",
    });
  });

  it.each(["", "redis://127.0.0.1:1"])("prints one line for a port in use, and ends: REDIS_URL=%s", async (url) => {
    const other = createServer().listen(0);
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const { code, err } = await run(port, { REDIS_URL: url }).ended;
    expect(code).toBe(1);
    // With a Redis that is not there, a line of its own may come before.
    expect(err).toMatch(new RegExp(`^(?:Redis is unreachable.*\n)?Port ${port} is in use\\..*\n$`));
    other.close();
  });
});
