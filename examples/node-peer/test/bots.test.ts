import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { PeerManager } from "@sig/client";
import { attachSignaling } from "@sig/server";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bot, type Report } from "../src/bot.js";
import { readIvf } from "../src/ivf.js";
import { readOptions } from "../src/options.js";
import { abilities, NodeRTCPeerConnection } from "../src/peer-connection.js";
import { playPictures } from "../src/picture.js";
import { playTone } from "../src/tone.js";

const sample = readFileSync(new URL("../sample/moving-bar.ivf", import.meta.url));
const ends: (() => unknown)[] = [];
let url = "";

beforeEach(async () => {
  const http = createServer();
  const host = new Server(http);
  attachSignaling(host);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  ends.push(() => host.close());
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function connect(): ReturnType<typeof io> {
  const socket = io(url, { forceNew: true, transports: ["websocket"] });
  ends.push(() => socket.disconnect());
  return socket;
}

/** A bot in the room, and what it has told of; `until` resolves when it tells of something. */
async function startBot(
  name: string,
): Promise<{ reports: Report[]; until: (holds: (report: Report) => boolean) => Promise<void> }> {
  const sources = [playPictures(readIvf(sample)), playTone()];
  const reports: Report[] = [];
  const waiting = new Set<() => void>();
  const report = (told: Report): void => {
    reports.push(told);
    for (const look of waiting) look();
  };
  const bot = new Bot(connect(), { name, tracks: sources.map(({ track }) => track), report });
  ends.push(() => bot.leave(), ...sources.map(({ stop }) => stop));
  await bot.join("bots");
  const until = (holds: (told: Report) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!reports.some(holds)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { reports, until };
}

const received = (kind: string) => (told: Report) => told.event === "received" && told.kind === kind && told.count >= 5;

describe("Peers in Node, with no browser", () => {
  it("see and hear one another", async () => {
    const bots = [await startBot("one"), await startBot("two")];
    await Promise.all(bots.flatMap(({ until }) => [until(received("video")), until(received("audio"))]));
    expect(bots.flatMap(({ reports }) => reports).filter(({ event }) => event === "error")).toEqual([]);
  });

  it("talk over the data channel, and a bot answers whoever is none", async () => {
    const { until } = await startBot("bot");
    const bystander = await startBot("another bot");
    const manager = new PeerManager(connect(), {
      RTCPeerConnection: NodeRTCPeerConnection,
      capabilities: abilities,
      metadata: { name: "Ada" },
    });
    ends.push(() => manager.leave());
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
  it("names the server and the room, and may leave the picture or the tone out", () => {
    expect(readOptions(["http://localhost:3000", "lobby", "--no-tone", "--name", "Pixel"])).toMatchObject({
      url: "http://localhost:3000",
      room: "lobby",
      name: "Pixel",
      video: true,
      tone: false,
    });
  });

  it.each([[[]], [["http://localhost:3000"]], [["http://localhost:3000", "lobby", "more"]]])(
    "with %j is refused with how it is used",
    (args) => {
      expect(() => readOptions(args)).toThrow(/Usage: node-peer URL ROOM/);
    },
  );
});
