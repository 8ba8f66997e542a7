import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { python, pythonTools } from "../../scripts/lib/tools.mjs";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { checkClient } from "sig-conformance";
import { Server } from "socket.io";
import { WebSocket } from "ws";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

/** The program and the frames of docs/write-a-client.md, unchanged. */
const page = await readFile(new URL("../../docs/write-a-client.md", import.meta.url), "utf8");
const program = /^```python\n(.*?)^```$/ms.exec(page)?.[1] ?? "";
const frames = (/^```text frames\n(.*?)^```$/ms.exec(page)?.[1] ?? "").trim().split("\n");

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sig-documented-"));
  await writeFile(join(folder, "client.py"), program);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function serve(): Promise<string> {
  const http = createServer();
  const io = new Server(http, { ...recommendedServerOptions });
  attachSignaling(io);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => io.close());
  return `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;
}

function run(url: string, room: string): ChildProcess & { stdout: NonNullable<ChildProcess["stdout"]> } {
  const child = spawn(python, [join(folder, "client.py"), url, room], { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });
  return child;
}

/** Waits until the program reports a connection. */
async function connected({ stdout }: ReturnType<typeof run>): Promise<void> {
  for await (const line of createInterface(stdout))
    if ((JSON.parse(line) as { state?: string }).state === "connected") return;
  throw new Error("The program ended without a connection.");
}

it.skipIf(!pythonTools.isHere())(
  "the client of docs/write-a-client.md passes every rule of the conformance kit",
  async () => {
    const report = await checkClient({
      onReady: ({ url, room }) => void run(url.replace("localhost", "127.0.0.1"), room),
    });
    expect(report.results.filter(({ status }) => status === "failed")).toEqual([]);
    // It neither sends nor receives separate candidates, and names no feature.
    expect(report.results.filter(({ status }) => status === "skipped").map(({ rule }) => rule)).toEqual([
      "answering.candidates",
      "notices.read",
      "candidates.form",
      "candidates.exchange",
    ]);
  },
);

it.skipIf(!pythonTools.isHere())("two of them connect to each other", async () => {
  const url = await serve();
  await Promise.all([connected(run(url, "standup")), connected(run(url, "standup"))]);
});

it("the Socket.IO frames that it shows are those on the wire", async () => {
  const socket = new WebSocket(`${(await serve()).replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  onTestFinished(() => socket.terminate());
  const received = createFrames(socket);
  for (const [direction, , ...rest] of frames) {
    const frame = rest.join("");
    if (direction === ">") socket.send(frame);
    else expect((await received.next()).slice(0, frame.indexOf("…"))).toBe(frame.slice(0, frame.indexOf("…")));
  }
});

function createFrames(socket: WebSocket): { next(): Promise<string> } {
  const queue: string[] = [];
  let wake = (): void => undefined;
  socket.on("message", (data: Buffer) => {
    queue.push(data.toString());
    wake();
  });
  return {
    async next() {
      while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return queue.shift() ?? "";
    },
  };
}
