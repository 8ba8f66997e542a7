import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { PeerManager, type Peer } from "@sig/client";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { WebSocketServer, type WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { NodeRTCPeerConnection, weriftCapabilities } from "../../examples/node-peer/src/peer-connection.js";
import { startServer, type RunningServer } from "../../examples/server/src/start-server.js";
import { cTools, pythonTools } from "../../scripts/lib/tools.mjs";
import { CDevices } from "../support/peers/c-device.js";
import { NodePeers } from "../support/peers/node-peer.js";
import { reportedErrors, type PeerProgram } from "../support/peers/program.js";
import { startPythonDevice } from "../support/peers/python-device.js";

/** The common interface of peers and devices. */
interface Programs {
  start(url: string, room: string): PeerProgram;
}

interface Kind {
  readonly name: string;
  isHere(): boolean;
  build(): Programs | Promise<Programs>;
}

const nodePeer: Kind = { name: "the peer in Node", isHere: () => true, build: () => NodePeers.build() };
const cDevice: Kind = { name: "the device in C", isHere: cTools.isHere, build: () => CDevices.build() };
const pythonDevice: Kind = {
  name: "the device in Python",
  isHere: pythonTools.isHere,
  build: () => ({ start: startPythonDevice }),
};

/** Builds the programs, and removes them with the test. */
async function build(kind: Kind): Promise<Programs> {
  const programs = await kind.build();
  if (programs instanceof NodePeers) onTestFinished(() => programs.remove());
  return programs;
}

describe("a server that accepts a connection and sends nothing", () => {
  it.for([nodePeer, cDevice, pythonDevice])("does not keep $name from ending", async (kind, { skip }) => {
    skip(!kind.isHere());
    const silent = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void silent.close());
    await once(silent, "listening");
    const peers = await build(kind);
    const asked = once(silent, "connection");
    const peer = peers.start(`http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`, "silent");
    const [socket] = (await asked) as [Socket];
    onTestFinished(() => void socket.destroy());
    expect(await peer.stop()).toBe(0);
  });
});

it.for([nodePeer, pythonDevice])(
  "a server that does not answer its join does not keep $name from ending",
  async (kind, { skip }) => {
    skip(!kind.isHere());
    const io = new Server(0);
    onTestFinished(() => io.close());
    const peers = await build(kind);
    const asked = new Promise((resolve) => io.on("connection", (socket) => socket.on("createAndJoinRoom", resolve)));
    const peer = peers.start(`http://127.0.0.1:${String((io.httpServer.address() as AddressInfo).port)}`, "silent");
    await asked;
    expect(await peer.stop()).toBe(0);
  },
);

describe.skipIf(!cTools.isHere())("the connection of a device in C", () => {
  /** A gateway that lets every device join, and answers the first pings of each connection. */
  async function gateway(
    pongs: number,
    onDevice: (socket: WebSocket) => void = () => undefined,
  ): Promise<{ url: string; pings: number[] }> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", autoPong: false });
    onTestFinished(() => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    await once(server, "listening");
    const pings: number[] = [];
    server.on("connection", (socket) => {
      const at = pings.push(0) - 1;
      socket.send(
        JSON.stringify({ type: "config", id: `id ${String(at)}`, room: "front door", stun: null, iceServers: [] }),
      );
      socket.on("ping", () => {
        const ping = (pings[at] ?? 0) + 1;
        pings[at] = ping;
        if (ping <= pongs) socket.pong();
      });
      onDevice(socket);
    });
    return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, pings };
  }

  it("is checked by pings, and replaced when no pong comes", async () => {
    const { url, pings } = await gateway(2);
    const program = (await CDevices.build()).start(url, "front door", ["--ping-timeout", "3"]);
    await program.waitForReport("joined again", ({ event, id }) => event === "joined" && id === "id 1");
    // Two pings were answered, the third was not.
    expect(pings[0]).toBe(3);
    expect(await program.stop()).toBe(0);
  });

  it.each([1008, 4000])("ends the program with status 1 when it is closed for good, with %i", async (code) => {
    const { url } = await gateway(0, (socket) => socket.close(code));
    expect(await (await CDevices.build()).start(url, "front door").ended()).toBe(1);
  });

  it.each([1001, 1013])("is opened again when it is closed for now, with %i", async (code) => {
    let times = 0;
    const { url } = await gateway(0, (socket) => (times += 1) === 1 && socket.close(code));
    const program = (await CDevices.build()).start(url, "front door");
    await program.waitForReport("joined again", ({ event, id }) => event === "joined" && id === "id 1");
    expect(await program.stop()).toBe(0);
  });
});

describe.skipIf(!cTools.isHere())("a device in C, without a browser", () => {
  const ends: (() => unknown)[] = [];
  let devices: CDevices;
  let server: RunningServer;

  beforeAll(async () => {
    [devices, server] = await Promise.all([CDevices.build(), startServer({ port: 0, host: "127.0.0.1" })]);
  }, 60_000);

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  afterAll(() => server.close());

  function running(program: PeerProgram): PeerProgram {
    ends.push(() => program.stop());
    return program;
  }

  /** Joins the room of a device, and resolves with the device when it is connected. */
  async function meet(room: string): Promise<{ device: Peer; leave: () => Promise<void> }> {
    const socket = io(server.url, { forceNew: true, transports: ["websocket"] });
    const manager = new PeerManager(socket, {
      RTCPeerConnection: NodeRTCPeerConnection,
      capabilities: weriftCapabilities,
    });
    const leave = async (): Promise<void> => {
      await manager.leave();
      socket.disconnect();
    };
    ends.push(leave);
    const connected = new Promise<Peer>((resolve) =>
      manager.on("peerState", (peer, state) => state === "connected" && resolve(peer)),
    );
    await manager.join(room);
    return { device: await connected, leave };
  }

  it("echoes messages of a data channel", async () => {
    const program = running(devices.start(server.url, "echo"));
    await program.joined();
    const { device } = await meet("echo");
    const channel = device.openChannel("talk");
    const echo = new Promise((resolve) =>
      channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => resolve(data)),
    );
    channel.addEventListener("open", () => channel.send("hello"));
    expect(await echo).toBe("hello");
    await program.waitForReport("the message", ({ event, text }) => event === "message" && text === "hello");
    expect(reportedErrors(program)).toEqual([]);
  });

  it("frees everything of viewers that have left", async () => {
    // When it ends, GStreamer lists all objects that were not freed.
    const program = running(
      devices.start(server.url, "visits", [], {
        GST_TRACERS: "leaks",
        GST_DEBUG: "GST_TRACER:7",
        GST_DEBUG_NO_COLOR: "1",
      }),
    );
    await program.joined();
    for (const _visit of ["first", "second"]) {
      const { leave } = await meet("visits");
      await leave();
    }
    expect(await program.stop()).toBe(0);
    const alive = Array.from(program.stderr.matchAll(/object-alive, type-name=\(string\)(\w+)/g), ([, type]) => type);
    // One for the whole process, with the certificate.
    expect(alive).toEqual(["GstDtlsAgent"]);
    expect(reportedErrors(program)).toEqual([]);
  });

  it.skipIf(!pythonTools.isHere())("exchanges video with a device in Python that offers", async () => {
    const c = running(devices.start(server.url, "devices"));
    const cId = await c.joined();
    const python = running(startPythonDevice(server.url, "devices", "--offers"));
    const pythonId = await python.joined();
    await Promise.all([c.receivesVideo(pythonId), python.receivesVideo(cId)]);
    expect([c, python].flatMap(reportedErrors)).toEqual([]);
  });
});
