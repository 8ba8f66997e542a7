import { peerIdFromKey, type SignalingEvents } from "@sig/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { newKey } from "./client.js";
import { startServer, until } from "./harness.js";

const offerBytes = 224 * 1024;
const sdp = "v".repeat(offerBytes);
/** How often a reader sends the pong of Engine.IO, asked or not. */
const pongMs = 500;

interface Reader {
  /** Stops reading, for good or until `resume`. */
  pause(): void;
  resume(): void;
  /** How many offers have arrived. */
  readonly received: () => number;
}

function joining(key: string): string {
  return `42${JSON.stringify(["createAndJoinRoom", { room: "r", key }])}`;
}

async function connectWebSocketReader(url: string, key: string): Promise<Reader> {
  const webSocket = new WebSocket(`${url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
  let received = 0;
  webSocket.on("error", () => undefined);
  webSocket.on("message", (data: Buffer) => {
    if (data.length > offerBytes) received += 1;
    else if (data.toString().startsWith("0{")) webSocket.send("40");
    else if (data.toString().startsWith("40{")) webSocket.send(joining(key));
  });
  await new Promise((resolve) => webSocket.once("open", resolve));
  const pongs = setInterval(() => webSocket.send("3"), pongMs);
  onTestFinished(() => {
    clearInterval(pongs);
    webSocket.terminate();
  });
  return { pause: () => webSocket.pause(), resume: () => webSocket.resume(), received: () => received };
}

/** A client that polls until it has joined, and then only sends. */
async function connectPollingReader(url: string, key: string): Promise<Reader> {
  const address = `${url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(address)).text()).slice(1)) as { sid: string };
  const send = async (body: string) => fetch(`${address}&sid=${sid}`, { method: "POST", body });
  await send("40");
  await fetch(`${address}&sid=${sid}`);
  await send(joining(key));
  const pongs = setInterval(() => void send("3").catch(() => undefined), pongMs);
  onTestFinished(() => clearInterval(pongs));
  return { pause: () => undefined, resume: () => undefined, received: () => 0 };
}

/** A reader and a sender in one room. */
async function scene(connectReader: typeof connectWebSocketReader, maxQueuedBytes?: number) {
  const server = await startServer({ maxQueuedBytes });
  const cutOffs: SignalingEvents["cutOff"][] = [];
  server.signaling.on("cutOff", (detail) => cutOffs.push(detail));
  const key = newKey();
  const id = peerIdFromKey(key);
  const reader = await connectReader(server.url, key);
  const sender = await server.connect();
  await until("the reader is in the room", async () => (await server.signaling.peers("r")).length === 1);
  await sender.join("r", { key: newKey() });
  const offer = () => sender.call("offer", { room: "r", to: id, sdp });
  return { ...server, cutOffs, key, id, reader, sender, offer };
}

describe("U13: what waits for one reader is bounded", () => {
  it("U13: a reader that answers pings and reads nothing is cut off, and its connection is closed", async () => {
    const { io, cutOffs, key, id, reader, sender, offer, connect } = await scene(connectWebSocketReader);
    reader.pause();
    const codes: string[] = [];
    for (let sent = 0; sent < 160; sent += 1) {
      const reply = await offer();
      codes.push(reply.ok ? "ok" : reply.code);
    }
    expect(cutOffs).toEqual([
      { socketId: expect.any(String) as string, reason: "slow-reader", peers: [{ room: "r", id }] },
    ]);
    expect(codes.at(-1)).toBe("PEER_AWAY");
    expect(await sender.next("presence")).toEqual({ id, room: "r", state: "away" });
    expect(io.engine.clientsCount, "the sender").toBe(1);
    const again = await connect();
    expect(await again.join("r", { key }), "it may come back").toMatchObject({ id, resumed: true });
  });

  it("U13: so is one that does not poll, at the bound exactly", async () => {
    const { io, cutOffs, id, sender, offer } = await scene(connectPollingReader, 10 * offerBytes);
    const codes: string[] = [];
    for (let sent = 0; sent < 12; sent += 1) {
      const reply = await offer();
      codes.push(reply.ok ? "ok" : reply.code);
    }
    expect(codes).toEqual([...Array<string>(10).fill("ok"), "PEER_AWAY", "PEER_AWAY"]);
    expect(cutOffs).toMatchObject([{ reason: "slow-reader", peers: [{ room: "r", id }] }]);
    expect(sender.socket.connected).toBe(true);
    expect(io.engine.clientsCount, "the sender").toBe(1);
  });

  it("U13: a reader that is slow but reads is never cut off, however much it receives in all", async () => {
    const { cutOffs, reader, offer } = await scene(connectWebSocketReader);
    for (let batch = 1; batch <= 12; batch += 1) {
      reader.pause();
      for (let sent = 0; sent < 5; sent += 1) expect(await offer()).toEqual({ ok: true });
      reader.resume();
      await until("all of it has arrived", () => reader.received() === batch * 5);
    }
    expect(cutOffs).toEqual([]);
  });
});
