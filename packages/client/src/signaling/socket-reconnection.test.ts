import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RecordedSocket } from "../../test/signaling/recorded-socket.js";
import { defaultRecovery } from "../negotiation/recovery-defaults.js";
import { FakeClock } from "../testing/fake-clock.js";
import { sharedBy } from "./shared-socket.js";
import { SocketReconnection } from "./socket-reconnection.js";

let clock: FakeClock;
let socket: RecordedSocket;
let reconnection: SocketReconnection;

/** Waits have their greatest length: 500 ms, then 1000, 2000, … */
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  clock = new FakeClock();
  socket = new RecordedSocket();
  reconnection = new SocketReconnection(socket, { clock, recovery: defaultRecovery });
});
afterEach(() => vi.restoreAllMocks());

/** The calls that the socket gets within some time. */
async function callsWithin(ms: number): Promise<string[]> {
  socket.calls.length = 0;
  await clock.advance(ms);
  return [...socket.calls];
}

function connect(): void {
  Object.assign(socket, { connected: true, active: true });
  socket.engine.readyState = "open";
  reconnection.connected();
}

/** Loses the connection; `active` as Socket.IO leaves it. */
function lose(reason: string, active: boolean): void {
  Object.assign(socket, { connected: false, active });
  socket.engine.readyState = "closed";
  reconnection.lost(reason);
}

describe("the start", () => {
  it("leaves a connected socket alone", async () => {
    connect();
    reconnection.start();
    expect([...socket.calls, ...(await callsWithin(60_000))]).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("connects a socket that nobody has connected", () => {
    reconnection.start();
    expect(socket.calls).toEqual(["connect"]);
  });

  it("does not connect a socket twice, but watches it", async () => {
    socket.active = true;
    socket.engine.readyState = "opening";
    reconnection.start();
    expect(socket.calls).toEqual([]);
    expect(await callsWithin(500)).toEqual([]);
    socket.engine.readyState = "closed";
    expect(await callsWithin(1000)).toEqual(["connect"]);
    expect(await callsWithin(2000)).toEqual(["connect"]);
    connect();
    expect(await callsWithin(60_000)).toEqual([]);
  });
});

describe("a lost connection", () => {
  it("that the application ended stays so", async () => {
    connect();
    lose("io client disconnect", false);
    expect(await callsWithin(60_000)).toEqual([]);
    expect(clock.pending).toBe(0);
    reconnection.connectNow();
    expect(socket.calls).toEqual([]);
  });

  it("that the application ended while a wait ran ends that wait", async () => {
    socket.active = true;
    reconnection.start();
    lose("io client disconnect", true);
    expect(await callsWithin(60_000)).toEqual([]);
  });

  it("comes back, first after half a second", async () => {
    connect();
    lose("transport close", true);
    expect(await callsWithin(499)).toEqual([]);
    expect(await callsWithin(1)).toEqual(["connect"]);
    expect(await callsWithin(1000)).toEqual(["connect"]);
    connect();
    lose("transport close", true);
    expect(await callsWithin(500)).toEqual(["connect"]);
  });

  it("that the server ended comes back a second later, though the socket is inactive", async () => {
    connect();
    lose("io server disconnect", false);
    expect(await callsWithin(1499)).toEqual([]);
    expect(await callsWithin(1)).toEqual(["connect"]);
    connect();
    lose("transport close", false);
    expect(await callsWithin(60_000)).toEqual([]);
  });

  it("that was closed as dead comes back at once", async () => {
    connect();
    reconnection.replace();
    expect(socket.calls).toEqual(["close engine"]);
    lose("forced close", true);
    expect(await callsWithin(0)).toEqual(["disconnect", "connect"]);
    connect();
    lose("transport close", true);
    expect(await callsWithin(0)).toEqual([]);
  });

  it.each([[undefined], [{}], [{ engine: {} }]])("is not closed where the socket has no engine: %j", (io) => {
    socket.io = io;
    expect(() => reconnection.replace()).not.toThrow();
  });
});

describe("an attempt that failed", () => {
  it("is followed by another one", async () => {
    socket.active = true;
    reconnection.failed(new Error("xhr poll error"));
    expect(await callsWithin(500)).toEqual(["connect"]);
  });

  it("since the server rejected it is followed by another one a second later", async () => {
    reconnection.failed(Object.assign(new Error("not yet"), { data: undefined }));
    expect(await callsWithin(1499)).toEqual([]);
    expect(await callsWithin(1)).toEqual(["connect"]);
  });

  it("without a rejection leaves a socket that the application disconnected alone", async () => {
    reconnection.failed(new Error("xhr poll error"));
    expect(await callsWithin(60_000)).toEqual([]);
  });

  it("with the data of a middleware, on a socket that is still active, is not a rejection", async () => {
    socket.active = true;
    reconnection.failed(Object.assign(new Error("busy"), { data: {} }));
    expect(await callsWithin(500)).toEqual(["connect"]);
  });
});

describe("to connect now", () => {
  it("ends the wait of Socket.IO, and watches the attempt", async () => {
    socket.active = true;
    reconnection.connectNow();
    expect(socket.calls).toEqual(["disconnect", "connect"]);
    expect(await callsWithin(500)).toEqual(["connect"]);
  });

  it("does nothing on a connected socket", () => {
    connect();
    reconnection.connectNow();
    expect(socket.calls).toEqual([]);
  });

  it("does not repeat an attempt that is younger than a second, whoever made it", async () => {
    await clock.advance(5000);
    socket.active = true;
    reconnection.connectNow();
    await clock.advance(999);
    new SocketReconnection(socket, { clock, recovery: defaultRecovery }).connectNow();
    expect(socket.calls.filter((call) => call === "disconnect")).toHaveLength(1);
    await clock.advance(1);
    reconnection.connectNow();
    expect(socket.calls.filter((call) => call === "disconnect")).toHaveLength(2);
  });

  it("may follow at once on an attempt that has ended, either way", () => {
    socket.active = true;
    reconnection.connectNow();
    reconnection.failed(new Error("xhr poll error"));
    reconnection.connectNow();
    connect();
    expect(sharedBy(socket).connectingSince).toBeUndefined();
    lose("transport close", true);
    reconnection.connectNow();
    expect(socket.calls).toEqual(["disconnect", "connect", "disconnect", "connect", "disconnect", "connect"]);
  });

  it("does not request the namespace twice on an open connection", () => {
    socket.active = true;
    socket.engine.readyState = "open";
    reconnection.connectNow();
    expect(socket.calls).toEqual([]);
  });

  it("requests it where the server had rejected it, on an open connection too", () => {
    connect();
    lose("io server disconnect", false);
    socket.engine.readyState = "open";
    reconnection.connectNow();
    expect(socket.calls).toEqual(["disconnect", "connect"]);
  });

  it.each([[undefined], [{}]])("works where the socket shows no engine: %j", (io) => {
    Object.assign(socket, { active: true, io });
    reconnection.connectNow();
    expect(socket.calls).toEqual(["disconnect", "connect"]);
  });

  it("does nothing after it was stopped but what it is asked for", async () => {
    socket.active = true;
    reconnection.start();
    reconnection.stop();
    expect(await callsWithin(60_000)).toEqual([]);
  });
});
