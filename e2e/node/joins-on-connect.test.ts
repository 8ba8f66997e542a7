import type { ManagerState, PeerManager } from "@sig/client";
import { FakeNetwork } from "@sig/client/testing";
import type { Socket as ServerSocket } from "socket.io";
import type { Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Lab } from "./support/lab.js";

const lab = new Lab();
/** Of every request to connect, before the service has read it: the names of its fields. */
let requests: string[][];

async function serve(options: Parameters<Lab["serve"]>[0] = {}): Promise<void> {
  await lab.serve(options);
  lab.io.use((socket, next) => {
    requests.push(Object.keys(socket.handshake.auth));
    next();
  });
}

beforeEach(() => {
  requests = [];
});
afterEach(() => lab.close());

/** The events that a socket receives from now on, and the acks. */
function received(socket: Socket): string[] {
  const events: string[] = [];
  socket.onAny((event: string) => events.push(event));
  return events;
}

function untilJoined(manager: PeerManager): Promise<void> {
  return new Promise((resolve) => {
    const stop = manager.on("state", (state: ManagerState) => {
      if (state !== "joined") return;
      stop();
      resolve();
    });
  });
}

describe("a join over a socket that is not connected yet", () => {
  it("is answered without a round trip of its own, and answered once", async () => {
    await serve();
    const arrived: string[] = [];
    lab.io.on("connection", (socket: ServerSocket) => {
      socket.onAny((event: string) => arrived.push(event));
      socket.onAnyOutgoing((event: string) => arrived.push(`sent ${event}`));
    });
    const socket = lab.connect();
    const events = received(socket);
    const manager = lab.manage(socket);
    await manager.join("room");
    await manager.setMetadata(1);
    expect(requests).toEqual([["createAndJoinRoom"]]);
    expect(arrived).toEqual(["sent created", "createAndJoinRoom", "metadata"]);
    expect(events).toEqual(["created"]);
    await manager.leave();
  });

  it.each(["websocket", "polling"])("waits for no event that is late: %s", async (transport) => {
    await serve();
    lab.io.on("connection", (socket) => {
      socket.use((_, next) => {
        setTimeout(next, 500);
      });
    });
    const manager = lab.manage(lab.connect({ transports: [transport] }));
    const start = performance.now();
    await manager.join("room");
    expect(performance.now() - start).toBeLessThan(450);
    await manager.leave();
  });

  it("of several managers travels with one request, and what the application sends stays its own", async () => {
    await serve();
    const auths: unknown[] = [];
    lab.io.on("connection", (socket) => auths.push(socket.handshake.auth));
    const socket = lab.connect({ auth: { token: "the application's" } });
    const managers = ["a", "b", "c"].map((room) => ({ room, manager: lab.manage(socket) }));
    await Promise.all(managers.map(({ room, manager }) => manager.join(room)));
    expect(requests).toEqual([["token", "createAndJoinRoom"]]);
    expect([auths, socket.auth]).toEqual([[{ token: "the application's" }], { token: "the application's" }]);
    expect((await lab.signaling.rooms()).map(({ name }) => name).sort()).toEqual(["a", "b", "c"]);
    await Promise.all(managers.map(({ manager }) => manager.leave()));
  });

  it.each(["websocket", "polling"])("of several managers is answered for each: %s", async (transport) => {
    await serve();
    const { RTCPeerConnection } = new FakeNetwork();
    const managers = [1, 2].flatMap(() => {
      const socket = lab.connect({ transports: [transport] });
      return ["a", "b"].map((room) => ({ room, manager: lab.manage(socket, { RTCPeerConnection }) }));
    });
    await Promise.all(managers.map(({ room, manager }) => manager.join(room)));
    const states = (): string[][] =>
      managers.map(({ manager: { peers } }) => Array.from(peers.values(), ({ state }) => state));
    await expect.poll(states).toEqual([["connected"], ["connected"], ["connected"], ["connected"]]);
    await Promise.all(managers.map(({ manager }) => manager.leave()));
  });

  it("returns with the request after an outage, and nothing is left of it where it was given up", async () => {
    await serve();
    const socket = lab.connect();
    const manager = lab.manage(socket);
    await manager.join("room");
    const { id } = manager;
    const back = untilJoined(manager);
    socket.io.engine.close();
    await back;
    expect([requests.length, manager.id]).toEqual([2, id]);
    await manager.leave();
    expect(await lab.signaling.rooms()).toEqual([]);
  });

  it("leaves no member behind when it is canceled before the answer", async () => {
    await serve();
    const socket = lab.connect();
    const manager = lab.manage(socket);
    const joining = manager.join("room").catch((error: unknown) => error);
    await new Promise<void>((resolve) => {
      lab.io.use((_, next) => {
        resolve();
        next();
      });
    });
    await manager.leave();
    expect(await joining).toMatchObject({ code: "ABORTED" });
    if (!socket.connected) await new Promise<void>((resolve) => socket.once("connect", resolve));
    await socket.timeout(2000).emitWithAck("createAndJoinRoom", { room: "other" });
    expect((await lab.signaling.rooms()).map(({ name }) => name)).toEqual(["other"]);
  });

  it("connects over again where the application rejects what it does not know, and joins by event", async () => {
    await serve();
    lab.io.use((socket, next) => {
      const isKnown = Object.keys(socket.handshake.auth).every((field) => field === "token");
      next(isKnown ? undefined : new Error("unknown field"));
    });
    const manager = lab.manage(lab.connect({ auth: { token: "t" } }));
    await manager.join("room");
    expect(requests).toEqual([["token", "createAndJoinRoom"], ["token"]]);
    await manager.leave();
  });

  it("waits for nobody: with a function as its token it is sent as an event", async () => {
    await serve();
    const manager = lab.manage(lab.connect());
    await manager.join("room", { token: () => "t" });
    expect(requests).toEqual([[]]);
    await manager.leave();
  });

  it("lets the application renew its login as Socket.IO documents it", async () => {
    await serve();
    lab.io.use((socket, next) => next(socket.handshake.auth.token === "new" ? undefined : new Error("log in again")));
    const auth = { token: "old" };
    const socket = lab.connect({ auth });
    socket.on("connect_error", () => {
      if (auth.token === "new") return;
      (socket.auth as { token: string }).token = "new";
      socket.connect();
    });
    const manager = lab.manage(socket);
    await manager.join("room");
    expect(auth).toEqual({ token: "new" });
    await manager.leave();
  });
});
