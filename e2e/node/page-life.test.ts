import { Server } from "socket.io";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Lab } from "./support/lab.js";
import { StubPage } from "./support/stub-page.js";
import { TcpProxy } from "./support/tcp-proxy.js";

/** Long enough for a test to end first: Socket.IO alone would not be back in time. */
const patient = { reconnectionDelay: 60_000, reconnectionDelayMax: 60_000, randomizationFactor: 0 };

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

describe("a page whose server comes back while Socket.IO waits", () => {
  it.each([
    ["the network is back", () => page.tell("online")],
    ["it is looked at", () => page.show("visible")],
    ["it is thawed", () => page.tell("resume")],
  ])("is connected at once when %s, and the app hears of one disconnect alone", async (_when, wake) => {
    const socket = lab.connect(patient);
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

  it("leaves the other namespaces of its connection as they are", async () => {
    const socket = lab.connect(patient);
    lab.host.of("/news");
    const news = socket.io.socket("/news", {});
    const heard: string[] = [];
    news.on("disconnect", (reason) => heard.push(reason));
    const manager = lab.manage(socket);
    await manager.join("room");
    await expect.poll(() => news.connected).toBe(true);
    await lab.stop();
    await expect.poll(() => manager.state).toBe("reconnecting");
    page.tell("online");
    expect(heard).toEqual(["transport close"]);
    expect(news.active).toBe(true);
    await manager.leave();
    news.disconnect();
  });

  it("tries once for all managers on one socket, however many events say so", async () => {
    const socket = lab.connect(patient);
    const managers = [lab.manage(socket), lab.manage(socket)];
    await Promise.all(managers.map((manager, at) => manager.join(`room ${String(at)}`)));
    await lab.stop();
    await expect.poll(() => managers.map(({ state }) => state)).toEqual(["reconnecting", "reconnecting"]);
    await lab.serve();
    let connections = 0;
    lab.host.on("connection", () => (connections += 1));
    page.tell("resume");
    page.show("visible");
    page.tell("online");
    await expect.poll(() => managers.map(({ state }) => state)).toEqual(["joined", "joined"]);
    expect(connections).toBe(1);
    await Promise.all(managers.map((manager) => manager.leave()));
  });
});

describe("a page that has slept on a connection", () => {
  it("replaces one that is dead, though neither end has noticed", async () => {
    const proxy = await TcpProxy.to(lab.port);
    const socket = lab.connect(patient, proxy.url);
    const manager = lab.manage(socket);
    await manager.join("room");
    const { id } = manager;
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    proxy.freeze();
    page.tell("online");
    await expect.poll(() => states, { timeout: 10_000 }).toEqual(["reconnecting", "joined"]);
    expect(manager.id).toBe(id);
    await manager.leave();
    await proxy.close();
  });

  it("keeps one that lives, and has fresh ICE servers from it", async () => {
    await lab.stop();
    let asked = 0;
    await lab.serve({ iceServers: () => [{ urls: `stun:stun${String(++asked)}.example.org` }] });
    const socket = lab.connect();
    const manager = lab.manage(socket);
    await manager.join("room");
    const { id } = socket;
    page.tell("resume");
    await expect.poll(() => asked).toBe(2);
    expect([manager.state, socket.id]).toEqual(["joined", id]);
    await manager.leave();
  });

  it("does not ask a server that never answers calls", async () => {
    await lab.stop();
    const heard: string[] = [];
    const seed = new Server(0);
    seed.on("connection", (socket) => {
      socket.onAny((event: string, { room }: { room: string }) => {
        heard.push(event);
        if (event === "createAndJoinRoom") socket.emit("created", { id: socket.id, room, peers: [] });
      });
    });
    const { port } = seed.httpServer.address() as { port: number };
    const manager = lab.manage(lab.connect({}, `http://127.0.0.1:${String(port)}`));
    await manager.join("room");
    page.tell("online");
    await manager.leave();
    await expect.poll(() => heard).toEqual(["createAndJoinRoom", "exit"]);
    await seed.close();
    await lab.serve();
  });
});

describe("a page that is left", () => {
  it("says goodbye, so that the others do not look at a still picture", async () => {
    vi.unstubAllGlobals();
    const ada = lab.manage();
    await ada.join("room");
    page.install();
    const grace = lab.manage();
    await grace.join("room");
    const left = ada.once("peerLeft");
    page.tell("pagehide", { persisted: false });
    expect((await left)[1]).toBe("left");
    expect(grace.state).toBe("reconnecting");
    await Promise.all([ada.leave(), grace.leave()]);
  });

  it("is back in the room as the same peer when it is restored", async () => {
    const manager = lab.manage();
    await manager.join("room");
    const { id } = manager;
    page.tell("pagehide", { persisted: true });
    page.tell("freeze");
    await expect.poll(() => lab.signaling.peers("room")).toEqual([]);
    page.tell("resume");
    page.tell("pageshow", { persisted: true });
    await expect.poll(() => manager.state).toBe("joined");
    expect(await lab.signaling.peers("room")).toMatchObject([{ id }]);
    await manager.leave();
  });

  it("is not back before it is restored, whatever its socket does", async () => {
    const socket = lab.connect();
    const manager = lab.manage(socket);
    await manager.join("room");
    page.tell("pagehide", { persisted: true });
    const reconnected = new Promise<void>((resolve) => socket.once("connect", resolve));
    socket.io.engine.close();
    await reconnected;
    const canary = lab.manage(socket);
    vi.unstubAllGlobals();
    await canary.join("canary");
    expect(await lab.signaling.peers("room")).toEqual([]);
    await Promise.all([manager.leave(), canary.leave()]);
  });

  it("is told from one that has just loaded", async () => {
    const manager = lab.manage();
    const states: string[] = [];
    manager.on("state", (state) => states.push(state));
    await manager.join("room");
    page.tell("pageshow", { persisted: false });
    await lab.manage().join("canary");
    expect(states).toEqual(["joining", "joined"]);
    await manager.leave();
  });
});

describe("a page that may be left", () => {
  it("has said goodbye if its connection ends next, though nothing else is heard of it", async () => {
    vi.unstubAllGlobals();
    const ada = lab.manage();
    await ada.join("room");
    page.install();
    const socket = lab.connect({ reconnection: false });
    const grace = lab.manage(socket);
    await grace.join("room");
    const left = ada.once("peerLeft");
    page.tell("beforeunload");
    vi.unstubAllGlobals();
    // What was said before is heard before the end.
    socket.io.engine.close();
    expect((await left)[1]).toBe("left");
    await Promise.all([ada.leave(), grace.leave()]);
  });

  it("is as it was where it stays, and nobody hears of it", async () => {
    const [ada, grace] = [lab.manage(), lab.manage()];
    await ada.join("room");
    await grace.join("room");
    const heard: string[] = [];
    ada.on("peerLeft", () => heard.push("left"));
    ada.on("peerState", (_peer, state) => heard.push(state));
    // The offer of who comes is on its way when they are there already.
    await expect.poll(() => [...ada.peers.values()][0]?.state).toBe("connecting");
    heard.length = 0;
    page.tell("beforeunload");
    await grace.setMetadata({ still: "here" });
    await expect.poll(() => [...ada.peers.values()][0]?.metadata).toEqual({ still: "here" });
    expect([heard, grace.state]).toEqual([[], "joined"]);
    await Promise.all([ada.leave(), grace.leave()]);
  });
});

describe("listeners on the page", () => {
  it("are there while a room is joined and no longer", async () => {
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

  it("are not missed where there is no page", async () => {
    vi.unstubAllGlobals();
    const manager = lab.manage();
    await manager.join("room");
    await manager.leave();
    expect(manager.state).toBe("left");
  });
});
