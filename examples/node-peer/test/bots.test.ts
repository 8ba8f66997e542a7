import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { PeerManager } from "@sig/client";
import { attachSignaling } from "@sig/server";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bot } from "../src/bot.js";
import { readIvf } from "../src/ivf.js";
import { readOptions } from "../src/options.js";
import { NodeRTCPeerConnection, weriftCapabilities } from "../src/peer-connection.js";
import type { Report } from "../src/report.js";
import { playTone } from "../src/tone.js";
import { playVideo } from "../src/video.js";

const sample = readFileSync(new URL("../sample/moving-bar.ivf", import.meta.url));
const cleanups: (() => unknown)[] = [];
let url = "";

beforeEach(async () => {
  const http = createServer();
  const server = new Server(http);
  attachSignaling(server);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  cleanups.push(() => server.close());
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function connect(): ReturnType<typeof io> {
  const socket = io(url, { forceNew: true, transports: ["websocket"] });
  cleanups.push(() => socket.disconnect());
  return socket;
}

/** A bot in the room and its reports. `until` resolves when a report matches. */
async function startBot(
  name: string,
): Promise<{ reports: Report[]; until: (matches: (report: Report) => boolean) => Promise<void> }> {
  const sources = [playVideo(readIvf(sample)), playTone()];
  const reports: Report[] = [];
  const waiting = new Set<() => void>();
  const onReport = (report: Report): void => {
    reports.push(report);
    for (const check of waiting) check();
  };
  const bot = new Bot(connect(), { name, tracks: sources.map(({ track }) => track), report: onReport });
  cleanups.push(() => bot.leave(), ...sources.map(({ stop }) => stop));
  await bot.join("bots");
  const until = (matches: (report: Report) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!reports.some(matches)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return { reports, until };
}

const received = (kind: string) => (report: Report) =>
  report.event === "received" && report.kind === kind && report.count >= 5;

describe("Peers in Node without a browser", () => {
  it("see and hear each other", async () => {
    const bots = [await startBot("one"), await startBot("two")];
    await Promise.all(bots.flatMap(({ until }) => [until(received("video")), until(received("audio"))]));
    expect(bots.flatMap(({ reports }) => reports).filter(({ event }) => event === "error")).toEqual([]);
  });

  it("send messages over the data channel, and a bot answers a person but no bot", async () => {
    const { until } = await startBot("bot");
    const bystander = await startBot("another bot");
    const manager = new PeerManager(connect(), {
      RTCPeerConnection: NodeRTCPeerConnection,
      capabilities: weriftCapabilities,
      metadata: { name: "Ada" },
    });
    cleanups.push(() => manager.leave());
    const answer = manager.once("message");
    await manager.join("bots");
    const [bot] = [...manager.peers.values()].filter(({ metadata }) => (metadata as { name?: string }).name === "bot");
    bot!.send("chat", { text: "Hello?" });
    expect((await answer).data).toEqual({ text: "Hello Ada, I am a program. You said: Hello?" });
    await until(({ event }) => event === "message");
    expect(bystander.reports.some(({ event }) => event === "message")).toBe(false);
  });
});

describe("The command line", () => {
  it("has the server, the room, and options to leave out the video or the tone", () => {
    expect(readOptions(["http://localhost:3000", "lobby", "--no-tone", "--name", "Pixel"])).toMatchObject({
      url: "http://localhost:3000",
      room: "lobby",
      name: "Pixel",
      video: expect.stringMatching(/moving-bar\.ivf$/) as string,
      tone: false,
    });
    expect(readOptions(["http://localhost:3000", "lobby", "--no-video"])).toMatchObject({
      video: undefined,
      tone: true,
    });
  });

  it.each([[[]], [["http://localhost:3000"]], [["http://localhost:3000", "lobby", "more"]]])(
    "shows the usage for invalid arguments: %j",
    (args) => {
      expect(() => readOptions(args)).toThrow(/Usage: node-peer URL ROOM/);
    },
  );
});
