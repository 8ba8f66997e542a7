import { type Server, type Socket } from "socket.io";
import { describe, expect, it, onTestFinished } from "vitest";
import { attachSignaling } from "@sig/server";
import { relayParser } from "@sig/server/parser";
import { connectTo, startIo, startServer } from "../harness.js";
import { transports, type Transport } from "../client.js";
import { RawClient } from "../raw.js";
import { twoServers } from "./two-servers.js";

/** What the clients of an application get, by a server with the parser and by one without: texts, buffers as base64. */
async function bothWays(
  transport: Transport,
  serve: (io: Server, socket: Socket) => void,
  act: (emit: (...args: [string, ...unknown[]]) => void) => void,
): Promise<{ fast: string[]; plain: string[] }> {
  const run = async (parser: object): Promise<string[]> => {
    const { io, url } = await startIo(parser);
    const app = io.of("/app");
    app.on("connection", (socket) => serve(io, socket));
    const [one, two] = [
      await connectTo(url, transport, { namespace: "/app" }),
      await connectTo(url, transport, { namespace: "/app" }),
    ];
    const got: string[] = [];
    two.socket.io.engine.on("packet", ({ type, data }: { type: string; data?: unknown }) => {
      if (type === "message") got.push(typeof data === "string" ? data : (data as Buffer).toString("base64"));
    });
    const done = new Promise<void>((resolve) => two.socket.once("done", () => resolve()));
    act((...args) => one.socket.emit(...args));
    one.socket.emit("finish");
    await done;
    return got;
  };
  return { fast: await run({ parser: relayParser }), plain: await run({}) };
}

const payload = { b: 1, from: "x", to: "y", a: [1, { c: "é" }], sdp: "v=0\r\n" };

describe.each(transports)("an application beside the service, over %s", (transport) => {
  it("sends and receives its own events byte for byte, also those that are named like the relayed ones", async () => {
    const { fast, plain } = await bothWays(
      transport,
      (_io, socket) => {
        socket.onAny((event: string, ...args: unknown[]) => {
          if (event === "finish") socket.broadcast.emit("done");
          else socket.broadcast.emit(event, ...args.filter((arg) => typeof arg !== "function"));
        });
      },
      (emit) => {
        for (const event of ["chat", "offer", "answer", "candidate", "my-offer"]) {
          emit(event, payload);
          emit(event, { to: "a", room: "r", sdp: "v=0\r\n" }, "more");
          emit(event, { from: "a", to: "b", room: "r", candidate: { sdp: "candidate:1" } });
          emit(event, Buffer.from([1, 2, 3]), { nested: [Buffer.from("é")] });
          emit(event);
          emit(event, null);
        }
      },
    );
    expect(fast.length).toBeGreaterThan(30);
    expect(fast).toEqual(plain);
  });

  it("uses acks, broadcasts, rooms and volatile packets", async () => {
    const { fast, plain } = await bothWays(
      transport,
      (io, socket) => {
        void socket.join("all");
        socket.on("offer", (offer: unknown, ack?: (...args: unknown[]) => void) => {
          ack?.("ack", offer);
          io.of("/app").emit("offer", offer);
          socket.to("all").emit("offer", offer);
          io.of("/app").volatile.emit("volatile offer", offer);
          for (const other of io.of("/app").sockets.values())
            if (other !== socket) other.emit("offer", offer, () => undefined);
        });
        socket.on("finish", () => socket.broadcast.emit("done"));
      },
      (emit) => {
        emit("offer", payload);
        emit("offer", payload, () => undefined);
      },
    );
    // A volatile packet is dropped while the transport is busy.
    const others = (texts: string[]): string[] => texts.filter((text) => !text.includes('"volatile offer"'));
    expect(others(fast)).toHaveLength(7);
    expect(others(fast)).toEqual(others(plain));
    for (const text of fast.filter((got) => !others([got]).length))
      expect(text.endsWith(`["volatile offer",${JSON.stringify(payload)}]`)).toBe(true);
  });
});

describe("an ack that a client asks for", () => {
  it("is answered, and the message is relayed as without the parser", async () => {
    const { fast, plain } = await twoServers();
    const texts = [5, 60].map((id) => `2${id}["offer",{"to":"$TO","room":"r","from":"$FROM","sdp":"v=0"}]`);
    expect(await fast.send(texts)).toEqual(await plain.send(texts));
    expect(fast.replies).toEqual(['35[{"ok":true}]', '360[{"ok":true}]']);
  });
});

describe("connection state recovery", () => {
  it("gets its offset at the end of every packet", async () => {
    const ioOptions = { connectionStateRecovery: {} };
    const { fast, plain } = await twoServers({ ioOptions });
    const texts = [`2["offer",{"from":"$FROM","to":"$TO","room":"r","sdp":"v=0"}]`];
    const withoutOffset = (received: string[][]): string[][] =>
      received.map((got) => got.map((text) => text.replace(/,"[^"]+"\]$/, "]")));
    const received = await fast.send(texts);
    expect(received[0]?.[0]).toMatch(/\},"[^"]+"\]$/);
    expect(withoutOffset(received)).toEqual(withoutOffset(await plain.send(texts)));
  });
});

describe("a client of Socket.IO 2", () => {
  it("names its namespace with a query, which does not reach the receiver", async () => {
    const { io, url } = await startIo({ parser: relayParser, allowEIO3: true });
    const signaling = attachSignaling(io.of("/calls"), { rateLimit: false });
    onTestFinished(() => signaling.close());
    const receiver = await RawClient.connect(url);
    receiver.send("40/calls,");
    await receiver.next((frame) => frame.startsWith("40/calls"));
    receiver.send('42/calls,["createAndJoinRoom",{"room":"r"}]');
    const to = /"id":"([^"]+)"/.exec(await receiver.next((frame) => frame.includes('"created"')))?.[1] ?? "";
    const sender = await RawClient.connect(url, { EIO: 3 });
    sender.send("40/calls?token=x,");
    await sender.next((frame) => frame.startsWith("40/calls"));
    sender.send('42/calls?token=x,["createAndJoinRoom",{"room":"r"}]');
    const from = /"id":"([^"]+)"/.exec(await sender.next((frame) => frame.includes('"created"')))?.[1] ?? "";
    const text = `["offer",${JSON.stringify({ to, room: "r", sdp: "v=0", from })}]`;
    sender.send(`42/calls?token=x,${text}`);
    sender.send(`42/calls,${text.replace("offer", "answer")}`);
    expect(await receiver.next((frame) => frame.includes('"offer"'))).toMatch(/^42\/calls,\["offer",/);
    expect(await receiver.next((frame) => frame.includes('"answer"'))).toBe(
      `42/calls,${text.replace("offer", "answer")}`,
    );
  });
});

describe("compressed WebSocket frames", () => {
  it("carry the text that came in", async () => {
    const { fast } = await twoServers({ ioOptions: { perMessageDeflate: { threshold: 1 } } });
    const text = `2["offer",{"from":"$FROM","to":"$TO","room":"r","sdp":"${"v=0\\r\\n".repeat(400)}"}]`;
    expect(await fast.send([text])).toEqual([[text]]);
  });
});

/** Frames of Engine.IO that are no packet of Socket.IO, or none that a client may send. */
const malformed = [
  '42["offer"',
  '42["offer",{]',
  '42["offer",{"to":"x"}}]',
  "42",
  "42{}",
  "42[]",
  "42[null]",
  '42["connect",{}]',
  '42["disconnect",{}]',
  '42["offer",{"a":1},]',
  '42/other,["offer",{}]',
  '42/x"sdp":"aaa,["offer",{"to":"a","room":"r","sdp":"v=0"}]',
  '451-["offer",{"_placeholder":true,"num":0}]',
  '451-["offer",{"_placeholder":true,"num":9}]',
  '45["offer",{}]',
  '4511-["offer",{}]',
  '47["offer",{}]',
  '49["offer",{}]',
  "4",
  "4\u0000",
  `42["offer",${"[".repeat(10_000)}${"]".repeat(10_000)}]`,
  `42["offer",{"tracks":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}]`,
  `42["offer",{"to":"a","room":"r","sdp":"v=0","tracks":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}]`,
  '42["offer",1e400]',
  '42[1,{"to":"a"}]',
  '42["offer",{"to":"a"}] ',
  ' 42["offer",{"to":"a"}]',
];

describe("a malformed packet", () => {
  it.each(malformed.map((frame) => [frame.slice(0, 60), frame]))("%s has the same effect", async (_, frame) => {
    const effect = async (parser: object): Promise<unknown> => {
      const server = await startServer({ rateLimit: false }, parser);
      const reasons: string[] = [];
      server.io.on("connection", (socket) => socket.on("disconnect", (reason) => reasons.push(reason)));
      const client = await RawClient.connect(server.url);
      const before = client.frames.length;
      client.send(frame);
      // A second one meets the decoder in the state that the first one left it in.
      client.send(frame.startsWith("451-") ? Buffer.from("x") : '42["answer",{}]');
      client.send('429["offer",{"to":"x","room":"r","sdp":"v=0"}]');
      const answered = client.next((text) => text.startsWith("439")).catch(() => undefined);
      await Promise.race([client.closed, answered]);
      return { open: client.open, reasons, frames: client.frames.slice(before) };
    };
    expect(await effect({ parser: relayParser })).toEqual(await effect({}));
  });
});
