import { Server } from "socket.io";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Lab } from "./support/lab.js";
import { StubPage } from "./support/stub-page.js";
import { TcpProxy } from "../support/tcp-proxy.js";

/** Socket.IO alone would reconnect only after the test. */
const slowReconnection = { reconnectionDelay: 60_000, reconnectionDelayMax: 60_000, randomizationFactor: 0 };

const lab = new Lab();
let page: StubPage;

beforeEach(async () => {
  page = new StubPage();
  page.install();
  await lab.serve();
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await lab.close();
});

describe("a page whose server returns while Socket.IO waits", () => {
  it.each([
    ["the network is online", () => page.dispatch("online")],
    ["it becomes visible", () => page.show("visible")],
    ["it resumes", () => page.dispatch("resume")],
  ])("connects at once when %s, and the application gets one disconnect event", async (_when, wake) => {
    const socket = lab.connect(slowReconnection);
    const manager = lab.manage(socket);
    await manager.join("room");
    const { id } = manager;
    const reasons: string[] = [];
    socket.on("disconnect", (reason) => reasons.push(reason));
    await lab.stop();
    await expect.poll(() => manager.state).toBe("reconnecting");
    await lab.serve();
    wake();
    await expect.poll(() => manager.state).toBe("joined");
    expect([manager.id, reasons]).toEqual([id, ["transport close"]]);
    await manager.leave();
  });

  it("does not touch other namespaces of its connection", async () => {
    const socket = lab.connect(slowReconnection);
    lab.io.of("/news");
    const news = socket.io.socket("/news", {});
    const events: string[] = [];
    news.on("disconnect", (reason) => events.push(reason));
    const manager = lab.manage(socket);
    await manager.join("room");
    await expect.poll(() => news.connected).toBe(true);
    await lab.stop();
    await expect.poll(() => manager.state).toBe("reconnecting");
    page.dispatch("online");
    expect(events).toEqual(["transport close"]);
    expect(news.active).toBe(true);
    await manager.leave();
    news.disconnect();
  });

  it("connects once for all managers on one socket, whatever the number of events", async () => {
    const socket = lab.connect(slowReconnection);
    const managers = [lab.manage(socket), lab.manage(socket)];
    await Promise.all(managers.map((manager, at) => manager.join(`room ${String(at)}`)));
    await lab.stop();
    await expect.poll(() => managers.map(({ state }) => state)).toEqual(["reconnecting", "reconnecting"]);
    await lab.serve();
    let connections = 0;
    lab.io.on("connection", () => (connections += 1));
    page.dispatch("resume");
    page.show("visible");
    page.dispatch("online");
    await expect.poll(() => managers.map(({ state }) => state)).toEqual(["joined", "joined"]);
    expect(connections).toBe(1);
    await Promise.all(managers.map((manager) => manager.leave()));
  });
});

describe("a page that resumes with a connection", () => {
  it("replaces a dead one that neither end has noticed", async () => {
    const proxy = await TcpProxy.open(lab.port);
    const socket = lab.connect(slowReconnection, proxy.url);
    const manager = lab.manage(socket);
    await manager.join("room");
    const { id } = manager;
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    proxy.freeze();
    page.dispatch("online");
    await expect.poll(() => states, { timeout: 10_000 }).toEqual(["reconnecting", "joined"]);
    expect(manager.id).toBe(id);
    await manager.leave();
    await proxy.close();
  });

  it("keeps a working one, and gets fresh ICE servers over it", async () => {
    await lab.stop();
    let asked = 0;
    await lab.serve({ iceServers: () => [{ urls: `stun:stun${String(++asked)}.example.org` }] });
    const socket = lab.connect();
    const manager = lab.manage(socket);
    await manager.join("room");
    const { id } = socket;
    page.dispatch("resume");
    await expect.poll(() => asked).toBe(2);
    expect([manager.state, socket.id]).toEqual(["joined", id]);
    await manager.leave();
  });

  it("sends nothing to a server that acknowledges nothing", async () => {
    await lab.stop();
    const events: string[] = [];
    const baseServer = new Server(0);
    baseServer.on("connection", (socket) => {
      socket.onAny((event: string, { room }: { room: string }) => {
        events.push(event);
        if (event === "createAndJoinRoom") socket.emit("created", { id: socket.id, room, peers: [] });
      });
    });
    const { port } = baseServer.httpServer.address() as { port: number };
    const manager = lab.manage(lab.connect({}, `http://127.0.0.1:${String(port)}`));
    await manager.join("room");
    page.dispatch("online");
    await manager.leave();
    await expect.poll(() => events).toEqual(["createAndJoinRoom", "exit"]);
    await baseServer.close();
    await lab.serve();
  });
});

describe("a page that unloads", () => {
  it("sends an exit, so that others show no frozen video", async () => {
    vi.unstubAllGlobals();
    const ada = lab.manage();
    await ada.join("room");
    page.install();
    const grace = lab.manage();
    await grace.join("room");
    const left = ada.once("peerLeft");
    page.dispatch("pagehide", { persisted: false });
    expect((await left)[1]).toBe("left");
    expect(grace.state).toBe("reconnecting");
    await Promise.all([ada.leave(), grace.leave()]);
  });

  it("rejoins as the same peer when it is restored", async () => {
    const manager = lab.manage();
    await manager.join("room");
    const { id } = manager;
    page.dispatch("pagehide", { persisted: true });
    page.dispatch("freeze");
    await expect.poll(() => lab.signaling.peers("room")).toEqual([]);
    page.dispatch("resume");
    page.dispatch("pageshow", { persisted: true });
    await expect.poll(() => manager.state).toBe("joined");
    expect(await lab.signaling.peers("room")).toMatchObject([{ id }]);
    await manager.leave();
  });

  it("does not rejoin before it is restored, even when its socket reconnects", async () => {
    const socket = lab.connect();
    const manager = lab.manage(socket);
    await manager.join("room");
    page.dispatch("pagehide", { persisted: true });
    const reconnected = new Promise<void>((resolve) => socket.once("connect", resolve));
    socket.io.engine.close();
    await reconnected;
    const canary = lab.manage(socket);
    vi.unstubAllGlobals();
    await canary.join("canary");
    expect(await lab.signaling.peers("room")).toEqual([]);
    await Promise.all([manager.leave(), canary.leave()]);
  });

  it("is not confused with a page that has just loaded", async () => {
    const manager = lab.manage();
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    await manager.join("room");
    page.dispatch("pageshow", { persisted: false });
    await lab.manage().join("canary");
    expect(states).toEqual(["joining", "joined"]);
    await manager.leave();
  });
});

describe("a page that may unload", () => {
  it("has left when its connection ends next, without another event", async () => {
    vi.unstubAllGlobals();
    const ada = lab.manage();
    await ada.join("room");
    page.install();
    const socket = lab.connect({ reconnection: false });
    const grace = lab.manage(socket);
    await grace.join("room");
    const left = ada.once("peerLeft");
    page.dispatch("beforeunload");
    vi.unstubAllGlobals();
    // The server receives the message before the close.
    socket.io.engine.close();
    expect((await left)[1]).toBe("left");
    await Promise.all([ada.leave(), grace.leave()]);
  });

  it("goes on when it stays, and others get no event", async () => {
    const [ada, grace] = [lab.manage(), lab.manage()];
    await ada.join("room");
    await grace.join("room");
    const events: string[] = [];
    ada.on("peerLeft", () => events.push("left"));
    ada.on("peerState", (_peer, state) => events.push(state));
    // By then, the offer of the newcomer is on its way.
    await expect.poll(() => [...ada.peers.values()][0]?.state).toBe("connecting");
    events.length = 0;
    page.dispatch("beforeunload");
    await grace.setMetadata({ still: "here" });
    await expect.poll(() => [...ada.peers.values()][0]?.metadata).toEqual({ still: "here" });
    expect([events, grace.state]).toEqual([[], "joined"]);
    await Promise.all([ada.leave(), grace.leave()]);
  });
});

describe("page listeners", () => {
  it("exist only while a room is joined", async () => {
    const manager = lab.manage();
    expect(page.listenedTo).toEqual([]);
    await manager.join("room");
    expect(page.listenedTo).toEqual([
      "beforeunload",
      "freeze",
      "online",
      "pagehide",
      "pageshow",
      "resume",
      "visibilitychange",
    ]);
    await manager.leave();
    expect(page.listenedTo).toEqual([]);
  });

  it("are not needed without a page", async () => {
    vi.unstubAllGlobals();
    const manager = lab.manage();
    await manager.join("room");
    await manager.leave();
    expect(manager.state).toBe("left");
  });
});
