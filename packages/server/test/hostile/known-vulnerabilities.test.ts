import { recommendedServerOptions } from "@sig/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { newKey } from "../client.js";
import { startServer, until } from "../harness.js";
import { RawClient } from "../raw.js";
import { webSocketStatus } from "./handshakes.js";
import { megabyte, startAttacked, type Attacked } from "./attacked.js";

const placeholder = JSON.stringify({ _placeholder: true, num: 0 });

/** Packets that announce binary attachments which never come, or are none. */
const packets: [string, string][] = [
  ["no attachment", '450-["offer",{"to":"x"}]'],
  ["a million attachments", `451000000-["offer",${placeholder}]`],
  ["more attachments than a number counts", `45${"9".repeat(30)}-["offer",${placeholder}]`],
  ["a part of an attachment", '451.5-["offer",{}]'],
  ["less than no attachment", '45-1-["offer",{}]'],
  ["one attachment that never comes", `451-["offer",${placeholder}]`],
  ["an ack with a million attachments", `461000000-1[${placeholder}]`],
  ["a placeholder without an attachment", `42["offer",${placeholder}]`],
];

describe.each([
  ["the parser of Socket.IO", false],
  ["the relay parser", true],
])("T33: replayed attacks on %s", (_name, parser) => {
  it("T33: packets of announced attachments end no process and fill no memory", async () => {
    const server = await startAttacked({ parser, collects: true });
    const [a, b] = [await server.connect(), await server.connect()];
    await a.join("r", { key: newKey() });
    const { id } = await b.join("r", { key: newKey() });
    const before = await server.startMeasuring();
    for (const [name, packet] of packets)
      for (let round = 0; round < 6; round += 1) {
        const raw = await RawClient.connect(server.url);
        raw.send(packet);
        // Text, and then bytes, where attachments should be.
        raw.send('42["createAndJoinRoom",{"room":"q"}]');
        if (round % 2 === 0) raw.send(Buffer.alloc(1_000));
        raw.close();
        await raw.closed;
        if (round === 0) expect((await server.status()).uncaught, name).toBe(0);
      }
    expect(await a.call("offer", { to: id, room: "r", sdp: "v=0" })).toEqual({ ok: true });
    expect((await b.next("offer")).sdp).toBe("v=0");
    const { peakRss, uncaught } = await server.status();
    expect(uncaught).toBe(0);
    expect((peakRss - before) / megabyte).toBeLessThanOrEqual(20);
    await until("no connection is left", async () => (await server.status()).connections === 2);
  });

  it("T33: incomplete fragments and their memory go with their connection, and are bounded", async () => {
    const server = await startAttacked({ parser, collects: true });
    // The first ones show what the process needs for any traffic of this size.
    await attackWithFragments(server);
    const before = await server.startMeasuring();
    await attackWithFragments(server);
    const { peakRss, uncaught } = await server.status();
    expect(uncaught).toBe(0);
    expect((peakRss - before) / megabyte).toBeLessThanOrEqual(20);
  });
});

/** Messages in pieces of 1 KiB, without an end, of ten times what one may have. */
async function attackWithFragments(server: Attacked): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: 10 }, () => openWebSocket(server.url)));
  for (const socket of sockets)
    for (let piece = 0; piece < 3_200 && socket.readyState === WebSocket.OPEN; piece += 1) {
      socket.send("x".repeat(1_024), { fin: false });
      if (piece % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  await until("all of them are cut off", async () => (await server.status()).connections === 0);
}

async function openWebSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
  onTestFinished(() => socket.terminate());
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("open", resolve));
  return socket;
}

describe("T33: the former protocol", () => {
  it("T33: is not served with the recommended options", async () => {
    expect(recommendedServerOptions).not.toHaveProperty("allowEIO3");
    const { url, io } = await startServer();
    let failures = 0;
    io.engine.on("connection_error", () => (failures += 1));
    expect((await fetch(`${url}/socket.io/?EIO=3&transport=polling`)).status).toBe(400);
    await webSocketStatus(url, { query: "EIO=3&transport=websocket" });
    await until("both are rejected", () => failures === 2);
    expect(io.engine.clientsCount).toBe(0);
  });
});
