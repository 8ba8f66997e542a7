import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { PeerManager, type Peer } from "@sig/client";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { WebSocketServer, type WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { NodeRTCPeerConnection, weriftCapabilities } from "../../examples/node-peer/src/peer-connection.js";
import { startServer, type RunningServer } from "../../examples/server/src/start-server.js";
import { cTools, pythonTools } from "../../scripts/lib/find-device-tools.mjs";
import { CDevices } from "../support/peers/c-device.js";
import { NodePeers } from "../support/peers/node-peer.js";
import { complaints, type PeerProgram } from "../support/peers/program.js";
import { startPythonDevice } from "../support/peers/python-device.js";

/** What the tests below ask of the peers and the devices alike. */
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

/** Built, and removed with the test where that is called for. */
async function ready(kind: Kind): Promise<Programs> {
  const programs = await kind.build();
  if (programs instanceof NodePeers) onTestFinished(() => programs.remove());
  return programs;
}

describe("a server that takes a connection and says nothing", () => {
  it.for([nodePeer, cDevice, pythonDevice])(
    "does not keep $name, which leaves when it is asked to",
    async (kind, { skip }) => {
      skip(!kind.isHere());
      const mute = createServer().listen(0, "127.0.0.1");
      onTestFinished(() => void mute.close());
      await once(mute, "listening");
      const peers = await ready(kind);
      const asked = once(mute, "connection");
      const peer = peers.start(`http://127.0.0.1:${String((mute.address() as AddressInfo).port)}`, "mute");
      const [socket] = (await asked) as [Socket];
      onTestFinished(() => void socket.destroy());
      expect(await peer.stop()).toBe(0);
    },
  );
});

it.for([nodePeer, pythonDevice])(
  "a server that has not answered its join does not keep $name, either",
  async (kind, { skip }) => {
    skip(!kind.isHere());
    const host = new Server(0);
    onTestFinished(() => host.close());
    const peers = await ready(kind);
    const asked = new Promise((resolve) => host.on("connection", (socket) => socket.on("createAndJoinRoom", resolve)));
    const peer = peers.start(`http://127.0.0.1:${String((host.httpServer.address() as AddressInfo).port)}`, "mute");
    await asked;
    expect(await peer.stop()).toBe(0);
  },
);

describe.skipIf(!cTools.isHere())("a device in C and its connection", () => {
  /** A gateway that lets everybody in, and answers the first pings of each connection. */
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

  it("asks for a sign of life, and connects again where none comes", async () => {
    const { url, pings } = await gateway(2);
    const program = (await CDevices.build()).start(url, "front door", ["--ping-timeout", "3"]);
    await program.says("joined again", ({ event, id }) => event === "joined" && id === "id 1");
    // Two were answered, and it stayed; the third was not.
    expect(pings[0]).toBe(3);
    expect(await program.stop()).toBe(0);
  });

  it.each([1008, 4000])("ends with status 1 where it is sent away for good, with %i", async (code) => {
    const { url } = await gateway(0, (socket) => socket.close(code));
    expect(await (await CDevices.build()).start(url, "front door").ended()).toBe(1);
  });

  it.each([1001, 1013])("comes again where it is sent away for now, with %i", async (code) => {
    let times = 0;
    const { url } = await gateway(0, (socket) => (times += 1) === 1 && socket.close(code));
    const program = (await CDevices.build()).start(url, "front door");
    await program.says("joined again", ({ event, id }) => event === "joined" && id === "id 1");
    expect(await program.stop()).toBe(0);
  });
});

describe.skipIf(!cTools.isHere())("a device in C, with no browser", () => {
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

  it("sends back what is said over a data channel", async () => {
    const program = running(devices.start(server.url, "echo"));
    await program.joined();
    const { device } = await meet("echo");
    const channel = device.openChannel("talk");
    const echo = new Promise((resolve) =>
      channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => resolve(data)),
    );
    channel.addEventListener("open", () => channel.send("Is anybody there?"));
    expect(await echo).toBe("Is anybody there?");
    await program.says("what was said", ({ event, text }) => event === "message" && text === "Is anybody there?");
    expect(complaints(program)).toEqual([]);
  });

  it("keeps nothing of viewers that have left", async () => {
    // GStreamer names what was made and not let go, when it ends.
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
    const alive = Array.from(program.printed.matchAll(/object-alive, type-name=\(string\)(\w+)/g), ([, type]) => type);
    // One for the whole process: it has the certificate.
    expect(alive).toEqual(["GstDtlsAgent"]);
    expect(complaints(program)).toEqual([]);
  });

  it.skipIf(!pythonTools.isHere())("answers a device in Python that offers, and each sees the other", async () => {
    const c = running(devices.start(server.url, "devices"));
    const cId = await c.joined();
    const python = running(startPythonDevice(server.url, "devices", "--offers"));
    const pythonId = await python.joined();
    await Promise.all([c.sees(pythonId), python.sees(cId)]);
    expect([c, python].flatMap(complaints)).toEqual([]);
  });
});
