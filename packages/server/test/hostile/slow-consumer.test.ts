import { peerIdFromKey } from "@sig/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { newKey, type TestClient } from "../client.js";
import { until } from "../harness.js";
import { long, megabyte, startAttacked } from "./attacked.js";

const messages = long ? 10_000 : 700;
const batch = 25;

async function sendBatch(sender: TestClient, to: string): Promise<string[]> {
  const offer = { room: "r", to, sdp: "v".repeat(60_000) };
  const replies = await Promise.all(Array.from({ length: batch }, () => sender.call("offer", offer)));
  return replies.map((reply) => (reply.ok ? "ok" : reply.code));
}

describe("T19: a receiver that reads nothing while others send to it", () => {
  it(`T19: is cut off within ten seconds, and ${String(messages)} messages of 60 KB fill no memory`, async () => {
    const server = await startAttacked({ signaling: { rateLimit: false }, collects: true });
    const key = newKey();
    const reader = new WebSocket(`${server.url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
    onTestFinished(() => reader.terminate());
    reader.on("error", () => undefined);
    reader.on("message", (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith("0{")) reader.send("40");
      if (text.startsWith("40{")) reader.send(`42${JSON.stringify(["createAndJoinRoom", { room: "r", key }])}`);
    });
    await until("the reader has joined", async () => (await server.status()).rooms[0]?.peers === 1);
    // What the same messages cost with a receiver that reads: the difference is what waits.
    const [sender, other] = [await server.connect(), await server.connect()];
    await sender.join("r", { key: newKey() });
    const { id: readerId } = await other.join("r", { key: newKey() });
    for (let round = 0; round < 8; round += 1) await sendBatch(sender, readerId);
    reader.pause();

    const before = await server.startMeasuring();
    const start = performance.now();
    const codes: string[] = [];
    let cutMs = Number.POSITIVE_INFINITY;
    while (codes.length < messages) {
      codes.push(...(await sendBatch(sender, peerIdFromKey(key))));
      if (codes.at(-1) === "PEER_AWAY") cutMs = Math.min(cutMs, performance.now() - start);
    }
    const { peakRss, cutOffs, uncaught } = await server.status();
    expect(cutMs).toBeLessThanOrEqual(10_000);
    expect([cutOffs, uncaught]).toEqual([["slow-reader"], 0]);
    expect(codes.lastIndexOf("ok"), "nothing passes afterwards").toBeLessThan(codes.indexOf("PEER_AWAY"));
    expect((peakRss - before) / megabyte).toBeLessThanOrEqual(32);
  }, 120_000);
});
