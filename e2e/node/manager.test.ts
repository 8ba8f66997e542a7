import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PeerManager, SignalingError, type PeerManagerOptions } from "@sig/client";
import { attachSignaling, type Signaling, type SignalingOptions } from "@sig/server";
import { Server, type Socket } from "socket.io";
import { io } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { IdleConnection, RTCPeerConnection } from "./idle-connection.js";

/** A manager and a server that talk for real; only the media is missing. */
let http: HttpServer;
let host: Server;
let signaling: Signaling;
const sockets: ReturnType<typeof io>[] = [];

async function serve(options: SignalingOptions<Socket> = {}): Promise<void> {
  http = createServer();
  host = new Server(http);
  signaling = attachSignaling(host, options);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
}

function connect(): ReturnType<typeof io> {
  const { port } = http.address() as AddressInfo;
  const socket = io(`http://127.0.0.1:${String(port)}`, {
    forceNew: true,
    transports: ["websocket"],
    reconnectionDelay: 20,
    reconnectionDelayMax: 50,
  });
  sockets.push(socket);
  return socket;
}

function manage(options: Partial<PeerManagerOptions> = {}, socket = connect()): PeerManager {
  return new PeerManager(socket, {
    RTCPeerConnection,
    recovery: { rejoinDelayMs: 20, rejoinMaxDelayMs: 50 },
    ...options,
  });
}

async function failure(promise: Promise<unknown>): Promise<SignalingError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SignalingError);
  return error as SignalingError;
}

function thrown(call: () => unknown): SignalingError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(SignalingError);
    return error as SignalingError;
  }
  throw new Error("nothing was thrown");
}

beforeEach(() => serve());

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await host.close();
  IdleConnection.open.clear();
});

describe("joining a room", () => {
  it("meets those who are there, with what they say of themselves", async () => {
    const ada = manage({ metadata: { name: "Ada" } });
    await ada.join("room");
    const grace = manage({ metadata: { name: "Grace" } });
    const met = ada.once("peerJoined");
    await grace.join("room");
    expect((await met).metadata).toEqual({ name: "Grace" });
    expect([...grace.peers.values()].map(({ id, metadata }) => [id, metadata])).toEqual([[ada.id, { name: "Ada" }]]);
    expect(ada.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect([ada.state, ada.room]).toEqual(["joined", "room"]);
  });

  it("tells of peers only after the state is `joined`", async () => {
    await manage().join("room");
    const second = manage();
    const heard: string[] = [];
    second.on("state", (state) => heard.push(state));
    second.on("peerJoined", () => heard.push("peerJoined"));
    await second.join("room");
    expect(heard).toEqual(["joining", "joined", "peerJoined"]);
  });

  it("gives what looks the same the same room, however it was typed", async () => {
    const first = manage();
    await first.join("caf\u00e9");
    const second = manage();
    await second.join("cafe\u0301");
    expect(second.peers.size).toBe(1);
  });

  it("is refused with the server's code and words, and may be tried again", async () => {
    await host.close();
    await serve({ authorize: ({ token }) => token === "let me in" || "Ask Ada for a token." });
    const manager = manage();
    const error = await failure(manager.join("room", { token: "wrong" }));
    expect([error.code, error.message, error.retryable]).toEqual(["UNAUTHORIZED", "Ask Ada for a token.", false]);
    expect(manager.state).toBe("idle");
    await manager.join("room", { token: "let me in" });
    expect(manager.state).toBe("joined");
  });

  it("asks for the token anew at every return", async () => {
    await host.close();
    const tokens: (string | undefined)[] = [];
    await serve({ authorize: ({ token }) => void tokens.push(token) });
    const socket = connect();
    const manager = manage({}, socket);
    let asked = 0;
    await manager.join("room", { token: () => `token ${String(++asked)}` });
    const back = new Promise<void>((resolve) => manager.on("state", (state) => state === "joined" && resolve()));
    socket.io.engine.close();
    await back;
    expect(tokens).toEqual(["token 1", "token 2"]);
  });

  it("is an error in words while in a room, without a name, and without an RTCPeerConnection", async () => {
    const manager = manage();
    await manager.join("room");
    expect((await failure(manager.join("other"))).code).toBe("INVALID_STATE");
    expect((await failure(manage().join(""))).code).toBe("INVALID_ARGUMENT");
    expect((await failure(manage().join(7 as never))).code).toBe("INVALID_ARGUMENT");
    expect((await failure(new PeerManager(connect()).join("room"))).message).toContain("RTCPeerConnection");
    expect((await failure(manage().join("bell\u0007"))).code).toBe("BAD_PAYLOAD");
  });

  it("is given up on `leave`, and leaves nobody behind on the server", async () => {
    await host.close();
    const waiting: (() => void)[] = [];
    await serve({
      authorize: () =>
        new Promise<boolean>((resolve) => {
          waiting.push(() => {
            resolve(true);
          });
        }),
    });
    const manager = manage();
    const joining = failure(manager.join("room"));
    await expect.poll(() => waiting.length).toBe(1);
    await manager.leave();
    expect((await joining).code).toBe("ABORTED");
    const canary = manage().join("canary");
    await expect.poll(() => waiting.length).toBe(2);
    for (const answer of waiting) answer();
    await canary;
    expect(await signaling.peers("room")).toEqual([]);
  });
});

describe("leaving", () => {
  it("is told to the others, closes every connection, and does no harm twice or before a join", async () => {
    const ada = manage();
    const grace = manage();
    await ada.leave();
    await ada.join("room");
    await grace.join("room");
    const left = ada.once("peerLeft");
    const own = grace.once("peerLeft");
    await Promise.all([grace.leave(), grace.leave()]);
    const [peer, reason] = await left;
    expect([reason, peer.state]).toEqual(["left", "closed"]);
    expect((await own)[1]).toBe("closed");
    expect([grace.state, grace.id, grace.room, grace.peers.size, ada.peers.size]).toEqual([
      "left",
      undefined,
      undefined,
      0,
      0,
    ]);
    await ada.leave();
    expect(IdleConnection.open.size).toBe(0);
  });

  it("never rejects, not even on a dead socket, and the socket stays the app's", async () => {
    const socket = connect();
    const manager = manage({}, socket);
    await manager.join("room");
    socket.disconnect();
    await manager.leave();
    expect(manager.state).toBe("left");
    const other = connect();
    const second = manage({}, other);
    await second.join("room");
    await second.leave();
    expect(other.connected).toBe(true);
    for (const event of [
      "created",
      "joined",
      "offer",
      "answer",
      "candidate",
      "exit",
      "presence",
      "metadata",
      "message",
      "iceServers",
      "rejected",
      "connect",
      "disconnect",
    ]) {
      expect(other.listeners(event as "connect"), event).toEqual([]);
    }
  });

  it("allows another join, under another id", async () => {
    const manager = manage();
    await manager.join("room");
    const { id } = manager;
    await manager.leave();
    await manager.join("room");
    expect(manager.id).not.toBe(id);
    expect(manager.state).toBe("joined");
  });
});

describe("a lost signaling connection", () => {
  it("is come back from under the same id, unnoticed as a leave by anybody", async () => {
    const ada = manage();
    await ada.join("room");
    const socket = connect();
    const grace = manage({}, socket);
    const met = ada.once("peerJoined");
    await grace.join("room");
    await met;
    const { id } = grace;
    // Each hears over a socket of its own: which of the two is first is nobody's promise.
    const heard: string[] = [];
    ada.on("peerLeft", () => heard.push("left"));
    ada.on("peerJoined", () => heard.push("joined"));
    ada.on("peerPresence", (_peer, presence) => heard.push(presence));
    const states: string[] = [];
    grace.on("state", (state) => states.push(state));
    socket.io.engine.close();
    await expect
      .poll(() => [heard, states])
      .toEqual([
        ["away", "online"],
        ["reconnecting", "joined"],
      ]);
    expect([grace.id, grace.peers.size, ada.peers.size]).toEqual([id, 1, 1]);
  });

  it("of a server that closes and comes back in the same process is come back from", async () => {
    const manager = manage();
    await manager.join("room");
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    await signaling.close();
    await expect.poll(() => states).toEqual(["reconnecting"]);
    signaling = attachSignaling(host);
    // A join that nobody answered is given up after some seconds, and tried again.
    await expect.poll(() => manager.state, { timeout: 15_000 }).toBe("joined");
  });

  it("ends where the server will not have us back", async () => {
    await host.close();
    let open = true;
    await serve({ authorize: () => open || "The meeting is over." });
    const socket = connect();
    const manager = manage({}, socket);
    await manager.join("room");
    const ended = manager.once("error");
    open = false;
    socket.io.engine.close();
    expect([(await ended).code, (await ended).message, manager.state]).toEqual([
      "UNAUTHORIZED",
      "The meeting is over.",
      "left",
    ]);
  });
});

describe("what the server decides", () => {
  it("removes us with its reason, for good", async () => {
    const manager = manage();
    await manager.join("room");
    const ended = manager.once("error");
    await signaling.kick("room", manager.id ?? "", "Please keep it civil.");
    const error = await ended;
    expect([error.code, error.message, manager.state]).toEqual(["KICKED", "Please keep it civil.", "left"]);
  });

  it("hands out ICE servers, unless the app has its own", async () => {
    await host.close();
    await serve({ iceServers: [{ urls: "stun:stun.example.org" }] });
    await manage().join("room");
    const theirs = manage();
    await theirs.join("room");
    const [connection] = IdleConnection.open;
    expect(connection?.configuration.iceServers).toEqual([{ urls: "stun:stun.example.org" }]);
    await theirs.leave();
    const own = manage({ iceServers: [{ urls: "stun:own.example.org" }], rtc: { iceTransportPolicy: "relay" } });
    await own.join("room");
    const configurations = [...IdleConnection.open].map(({ configuration }) => configuration);
    expect(configurations).toContainEqual({
      iceServers: [{ urls: "stun:own.example.org" }],
      iceTransportPolicy: "relay",
    });
    await own.leave();
  });

  it("says itself, as a message of its own", async () => {
    const manager = manage({ messages: { chat: z.object({ text: z.string() }) } });
    await manager.join("room");
    const message = manager.once("serverMessage");
    signaling.send("room", "notice", { text: "Ten minutes left." });
    expect(await message).toEqual({ type: "notice", data: { text: "Ten minutes left." } });
  });
});

describe("metadata", () => {
  it("is told to the others when it changes, and kept over an outage", async () => {
    const ada = manage();
    await ada.join("room");
    const socket = connect();
    const grace = manage({ metadata: { name: "Grace" } }, socket);
    await grace.join("room");
    const changed = ada.once("peerMetadata");
    await grace.setMetadata({ name: "Grace H." });
    expect((await changed)[1]).toEqual({ name: "Grace H." });
    const told = ada.once("peerMetadata");
    const lost = grace.once("state");
    socket.io.engine.close();
    expect(await lost).toBe("reconnecting");
    await grace.setMetadata({ name: "Grace Hopper" });
    expect((await told)[1]).toEqual({ name: "Grace Hopper" });
  });

  it("that the server refuses stays as it was", async () => {
    await host.close();
    await serve({ metadata: z.object({ name: z.string().max(5) }) });
    const manager = manage({ metadata: { name: "Ada" } });
    await manager.join("room");
    expect((await failure(manager.setMetadata({ name: "far too long" }))).code).toBe("BAD_PAYLOAD");
    expect(await signaling.peers("room")).toMatchObject([{ metadata: { name: "Ada" } }]);
  });
});

describe("arguments", () => {
  it("that make no sense are refused with a sentence that says what to do", () => {
    const socket = connect();
    expect(thrown(() => new PeerManager("https://example.org" as never)).message).toContain("Socket.IO client socket");
    expect(thrown(() => new PeerManager(socket, { gatherTimeoutMs: -1 })).message).toContain("gatherTimeoutMs");
    expect(thrown(() => new PeerManager(socket, { messages: { chat: {} as never } })).message).toContain(
      "messages.chat",
    );
    expect(
      thrown(() => {
        manage().send("chat", {});
      }).code,
    ).toBe("INVALID_STATE");
  });

  it("of `send` are judged before anything is sent", async () => {
    const manager = manage({ messages: { chat: z.object({ text: z.string() }) } });
    await manager.join("room");
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const anything = manage();
    await anything.join("room");
    for (const data of [undefined, () => 1, cyclic, new Map(), "x".repeat(300_000)])
      expect(
        thrown(() => {
          anything.send("any", data);
        }).code,
      ).toBe("INVALID_ARGUMENT");
    expect(
      thrown(() => {
        manager.send("other" as "chat", {});
      }).message,
    ).toContain("messages");
    expect(
      thrown(() => {
        manager.send("chat", { text: 7 });
      }).message,
    ).toContain("schema");
  });
});

describe("a listener that throws", () => {
  it("breaks nothing but itself", async () => {
    const errors: string[] = [];
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (message: string) => void errors.push(message),
    };
    const manager = manage({ logger });
    manager.on("state", () => {
      throw new Error("an app's mistake");
    });
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    await manager.join("room");
    expect(states).toEqual(["joining", "joined"]);
    expect(errors).toEqual(["A listener threw", "A listener threw"]);
  });
});
