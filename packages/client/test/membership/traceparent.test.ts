import { beforeEach, describe, expect, it } from "vitest";
import { PeerManager, type JoinOptions } from "../../src/index.js";
import { FakeNetwork } from "../../src/testing/index.js";
import { ScriptedServer, created, room } from "./scripted-server.js";

let server: ScriptedServer;
let manager: PeerManager;

beforeEach(() => {
  server = new ScriptedServer();
  const { clock } = server;
  const network = new FakeNetwork({ clock });
  manager = new PeerManager(server.socket, { clock, RTCPeerConnection: network.connectionClass("host") });
  server.on.createAndJoinRoom = (_, reply) => reply(created());
});

const join = (options?: JoinOptions): Promise<void> => server.clock.settle(manager.join(room, options));
const sent = (): unknown[] => server.joins.map(({ traceparent }) => traceparent);

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

describe("the trace context of a join", () => {
  it("is sent with each attempt and each return; a function is called for each of them", async () => {
    let calls = 0;
    await join({ traceparent: () => `${traceparent.slice(0, -1)}${String(calls++)}` });
    server.lose();
    server.connect();
    await server.clock.advance(2000);
    expect([manager.state, sent()]).toEqual(["joined", [`${traceparent.slice(0, -1)}0`, traceparent]]);
  });

  it("may be a string, and is absent without the option", async () => {
    await join({ traceparent });
    await server.clock.settle(manager.leave());
    await join();
    expect(sent()).toEqual([traceparent, undefined]);
  });

  it("is left out where its function throws: tracing keeps nobody out of a room", async () => {
    await join({
      traceparent: () => {
        throw new Error("No active span.");
      },
    });
    expect([manager.state, sent()]).toEqual(["joined", [undefined]]);
  });
});
