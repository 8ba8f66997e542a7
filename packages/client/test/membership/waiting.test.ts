import { beforeEach, describe, expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeNetwork } from "../../src/testing/index.js";
import { ScriptedServer, created, rejected, room } from "./scripted-server.js";

let server: ScriptedServer;
let manager: PeerManager;
let decide: (reply: Record<string, unknown>) => void;
let waiting: string[];

beforeEach(() => {
  server = new ScriptedServer();
  const { clock } = server;
  const network = new FakeNetwork({ clock });
  manager = new PeerManager(server.socket, { clock, RTCPeerConnection: network.connectionClass("host") });
  waiting = [];
  manager.on("waiting", (name) => waiting.push(name));
  server.on.createAndJoinRoom = (_, reply) => {
    decide = reply;
    server.send("waiting", { room });
  };
});

describe("while the application takes its time", () => {
  it("U24: a join waits for longer than its timeout, and sends nothing more", async () => {
    let calls = 0;
    const joined = manager.join(room, { timeoutMs: 3000, token: () => `token ${String(++calls)}` });
    await server.clock.advance(600_000);
    expect([manager.state, waiting, server.joins.length]).toEqual(["joining", [room], 1]);
    expect(manager.timeline().map(({ what }) => what)).toContain("waiting");
    decide(created());
    await server.clock.settle(joined);
    expect(manager.state).toBe("joined");
  });

  it("U24: a rejection is a decision, however late", async () => {
    const joined = server.clock.settle(manager.join(room), { withinMs: 1_000_000 });
    void server.clock.advance(600_000).then(() => decide(rejected("UNAUTHORIZED")));
    server.clock.after(600_000, () => decide(rejected("UNAUTHORIZED")));
    await expect(joined).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it.each(["leave", "signal"])("U24: the caller cancels by `%s`, and the server is notified", async (how) => {
    const abort = new AbortController();
    const failed = manager.join(room, { signal: abort.signal }).catch((error: unknown) => error);
    await server.clock.advance(60_000);
    if (how === "leave") void manager.leave();
    else abort.abort();
    expect(await server.clock.settle(failed)).toMatchObject({ code: "ABORTED" });
    await server.clock.runOut();
    expect(server.requests.map(({ event }) => event)).toEqual(["createAndJoinRoom", "exit"]);
  });

  it("U24: an outage meanwhile is waited for as well, until the caller cancels", async () => {
    const joined = manager.join(room, { timeoutMs: 3000 });
    await server.clock.advance(60_000);
    server.lose();
    await server.clock.advance(60_000);
    server.connect();
    await server.clock.advance(60_000);
    expect([manager.state, server.joins.length]).toEqual(["joining", 2]);
    decide(created());
    await server.clock.settle(joined);
  });

  it("U24: a return waits as well", async () => {
    const joined = manager.join(room);
    await server.clock.advance(100);
    decide(created());
    await server.clock.settle(joined);
    server.lose();
    server.connect();
    await server.clock.advance(600_000);
    expect([manager.state, waiting.length, server.joins.length]).toEqual(["reconnecting", 2, 2]);
    decide(created({ resumed: true }));
    await server.clock.advance(100);
    expect(manager.state).toBe("joined");
  });
});
