import { FakeNetwork } from "@sig/client/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Server } from "socket.io";
import { TcpProxy } from "../support/tcp-proxy.js";
import { failure, Lab } from "./support/lab.js";

const lab = new Lab();

beforeEach(() => lab.serve());
afterEach(() => lab.close());

describe("a lost connection is restored", () => {
  it.each([
    ["does not reconnect", { reconnection: false }],
    ["gives up after one attempt", { reconnectionAttempts: 1 }],
  ])("when Socket.IO itself %s", async (_what, options) => {
    const socket = lab.connect(options);
    const manager = lab.manage(socket);
    await manager.join("room");
    const { id } = manager;
    const failed = new Promise((resolve) => socket.once("connect_error", resolve));
    await lab.stop();
    await failed;
    expect(manager.state).toBe("reconnecting");
    await lab.serve();
    await expect.poll(() => manager.state).toBe("joined");
    expect(manager.id).toBe(id);
    await manager.leave();
  });

  it("after the server disconnects it", async () => {
    const manager = lab.manage();
    await manager.join("room");
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    lab.io.disconnectSockets();
    await expect.poll(() => states).toEqual(["reconnecting", "joined"]);
    await manager.leave();
  });

  it("at once when its node is drained, once for all managers on one socket, unnoticed by others", async () => {
    const balancer = await TcpProxy.open(lab.port);
    const socket = lab.connect({}, balancer.url);
    const [manager, second] = [lab.manage(socket), lab.manage(socket)];
    const witness = lab.manage(lab.connect());
    await manager.join("room");
    await second.join("another");
    await witness.join("room");
    const seen: string[] = [];
    witness.on("peerJoined", () => void seen.push("joined"));
    witness.on("peerLeft", () => void seen.push("left"));
    const states: string[] = [];
    for (const each of [manager, second]) each.on("state", (state) => void states.push(state));
    let connects = 0;
    socket.on("connect", () => (connects += 1));
    const { id } = manager;
    // Another service, with other rooms, stands for the other node.
    const other = new Lab();
    await other.serve();
    balancer.targetPort = other.port;
    void lab.signaling.drain({ withinMs: 200 });
    await expect.poll(() => states).toEqual(["reconnecting", "reconnecting", "joined", "joined"]);
    expect(connects).toBe(1);
    expect(manager.id).toBe(id);
    expect(await other.signaling.rooms()).toHaveLength(2);
    expect(seen).toEqual([]);
    for (const each of [manager, second, witness]) await each.leave();
    socket.disconnect();
    await other.close();
    await balancer.close();
  });

  it("after a middleware of the application rejects it once", async () => {
    const socket = lab.connect();
    const manager = lab.manage(socket);
    await manager.join("room");
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    let rejections = 0;
    lab.io.use((_socket, next) => {
      if (rejections++ === 0) next(new Error("not now"));
      else next();
    });
    socket.io.engine.close();
    await expect.poll(() => states).toEqual(["reconnecting", "joined"]);
    expect(rejections).toBe(2);
    await manager.leave();
  });

  it("but not after the application disconnects it", async () => {
    const socket = lab.connect();
    const waits = new Set<number>();
    let made = 0;
    const clock = {
      now: () => performance.now(),
      after: (ms: number, run: () => void) => {
        const id = made++;
        waits.add(id);
        const timer = setTimeout(() => {
          waits.delete(id);
          run();
        }, ms);
        return () => {
          waits.delete(id);
          clearTimeout(timer);
        };
      },
    };
    const manager = lab.manage(socket, { clock });
    await manager.join("room");
    socket.disconnect();
    expect([manager.state, waits.size, socket.active]).toEqual(["reconnecting", 0, false]);
    socket.connect();
    await expect.poll(() => manager.state).toBe("joined");
    await manager.leave();
  });
});

describe("a join that fails", () => {
  it("U03: at the token asks again until its time is up, and rejects with the error as cause", async () => {
    const cause = new Error("the token service is down");
    const manager = lab.manage();
    let calls = 0;
    const token = (): Promise<string> => {
      calls += 1;
      return Promise.reject(cause);
    };
    const error = await failure(manager.join("room", { token, timeoutMs: 3000 }));
    expect([error.code, error.cause, error.retryable, manager.state]).toEqual(["TIMEOUT", cause, true, "idle"]);
    expect(calls).toBeGreaterThan(1);
    expect(await lab.signaling.peers("room")).toEqual([]);
    await manager.join("room", { token: () => "a token" });
    await manager.leave();
  });

  it("without a server reports why it is unreachable", async () => {
    await lab.stop();
    const error = await failure(lab.manage().join("room", { timeoutMs: 300 }));
    expect([error.code, (error.cause as Error).message]).toEqual(["TIMEOUT", "websocket error"]);
    expect(error.message).toContain("(websocket error)");
    await lab.serve();
  });

  it("at a middleware of the application reports its error", async () => {
    lab.io.use((_socket, next) => next(new Error("Log in first.")));
    const error = await failure(lab.manage().join("room", { timeoutMs: 300 }));
    expect([error.code, (error.cause as Error).message]).toEqual(["TIMEOUT", "Log in first."]);
  });
});

describe("a token function that fails after an outage", () => {
  it("is called again until it succeeds", async () => {
    const socket = lab.connect();
    const manager = lab.manage(socket);
    let calls = 0;
    await manager.join("room", {
      token: () => {
        calls += 1;
        if (calls === 2) throw new Error("offline");
        return "a token";
      },
    });
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    socket.io.engine.close();
    await expect.poll(() => states).toEqual(["reconnecting", "joined"]);
    expect(calls).toBe(3);
    await manager.leave();
  });
});

describe("two managers on one socket", () => {
  it("cannot join the same room, and the attempt does not affect the first", async () => {
    const socket = lab.connect();
    const first = lab.manage(socket);
    const second = lab.manage(socket);
    await first.join("room");
    const error = await failure(second.join("room"));
    expect([error.code, second.state, first.state]).toEqual(["INVALID_STATE", "idle", "joined"]);
    expect(error.message).toContain("this socket");
    await second.join("another room");
    await second.leave();
    await first.leave();
    await second.join("room");
    await second.leave();
  });
});

describe("an exit with an unknown reason of a newer server", () => {
  it("is handled as an exit", async () => {
    const server = new Server(0);
    const room = "room";
    server.on("connection", (socket) => {
      socket.on("createAndJoinRoom", () => {
        socket.emit("created", { id: socket.id, room, peers: [{ id: "somebody" }] });
        socket.emit("exit", { from: "somebody", room, reason: "expelled" });
        socket.emit("exit", { from: socket.id, room, reason: "expelled", message: "The hour is over." });
      });
    });
    const { port } = server.httpServer.address() as { port: number };
    const manager = lab.manage(lab.connect({}, `http://127.0.0.1:${String(port)}`));
    const events: unknown[] = [];
    manager.on("peerLeft", (_peer, reason) => events.push(reason));
    manager.on("error", ({ code, message }) => events.push(code, message));
    await manager.join("room");
    await expect.poll(() => events).toEqual(["expelled", "KICKED", "The hour is over."]);
    await server.close();
  });
});

it("a peer that returns with another id, since the server knows no keys, gets new connections", async () => {
  const { RTCPeerConnection } = new FakeNetwork();
  const grace = lab.manage(undefined, { RTCPeerConnection });
  const socket = lab.connect();
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string, payload: Record<string, unknown>, ...ack: unknown[]) =>
    emit(event, { ...payload, key: undefined }, ...ack);
  // Nor does it read joins in `auth`.
  lab.io.use(({ handshake }, next) => {
    delete handshake.auth.createAndJoinRoom;
    next();
  });
  const ada = lab.manage(socket, { RTCPeerConnection });
  await grace.join("room");
  await ada.join("room");
  const states = (): unknown => [ada, grace].map(({ peers }) => Array.from(peers.values(), ({ state }) => state));
  await expect.poll(states).toEqual([["connected"], ["connected"]]);
  const { id } = ada;
  const events: string[] = [];
  ada.on("peerLeft", (_peer, reason) => events.push(`left: ${reason}`));
  ada.on("peerJoined", (peer) => events.push(`joined as ${peer.state}`));
  socket.io.engine.close();
  await expect.poll(() => events).toEqual(["left: lost", "joined as connecting"]);
  await expect.poll(states).toEqual([["connected"], ["connected"]]);
  expect(ada.id).not.toBe(id);
  expect([...grace.peers.keys()]).toEqual([ada.id]);
  await Promise.all([ada.leave(), grace.leave()]);
});
