import { beforeEach, describe, expect, it } from "vitest";
import { PeerManager, type JoinOptions } from "../../src/index.js";
import { FakeNetwork } from "../../src/testing/index.js";
import { ScriptedServer, created, rejected, room } from "./scripted-server.js";

let server: ScriptedServer;
let manager: PeerManager;

beforeEach(() => {
  server = new ScriptedServer();
  const { clock } = server;
  const network = new FakeNetwork({ clock });
  manager = new PeerManager(server.socket, { clock, RTCPeerConnection: network.connectionClass("host") });
});

/** Answers the first joins with these, and then lets the client in. */
function answer(...replies: Record<string, unknown>[]): void {
  server.on.createAndJoinRoom = (_, reply) => reply(replies.shift() ?? created());
}

const join = (options?: JoinOptions): Promise<void> => server.clock.settle(manager.join(room, options));

describe("a failure to decide is not a decision", () => {
  it.each(["INTERNAL", "RATE_LIMITED", "CLOSING", "LATER_CODE"])(
    "U03: a first join tries again after %s",
    async (code) => {
      answer(rejected(code, true), rejected(code, true));
      await join();
      expect([manager.state, server.joins.length]).toEqual(["joined", 3]);
    },
  );

  it("U03: a first join rejects with the last such error once its time is over", async () => {
    server.on.createAndJoinRoom = (_, reply) => reply(rejected("INTERNAL", true));
    await expect(join({ timeoutMs: 8000 })).rejects.toMatchObject({ code: "INTERNAL", retryable: true });
    expect([manager.state, server.clock.now()]).toEqual(["idle", 8000]);
    expect(server.joins.length).toBeGreaterThan(3);
    await server.clock.runOut();
    expect(server.requests.map(({ event }) => event)).not.toContain("exit");
  });

  it.each(["UNAUTHORIZED", "KICKED", "BAD_PAYLOAD"])("U03: %s is a decision", async (code) => {
    answer(rejected(code));
    await expect(join()).rejects.toMatchObject({ code });
    expect(server.joins.length).toBe(1);
  });

  it("U03: a full room is a decision for a first join, and not for a return", async () => {
    answer(rejected("ROOM_FULL", true), created(), rejected("ROOM_FULL", true));
    await expect(join()).rejects.toMatchObject({ code: "ROOM_FULL" });
    await join();
    server.lose();
    server.connect();
    await server.clock.runOut();
    expect([manager.state, server.joins.length]).toEqual(["joined", 4]);
  });

  it("U03: a return tries for as long as it takes", async () => {
    await join();
    server.on.createAndJoinRoom = (_, reply) => reply(rejected("INTERNAL", true));
    server.lose();
    server.connect();
    await server.clock.advance(3_600_000);
    expect(manager.state).toBe("reconnecting");
    answer();
    await server.clock.advance(20_000);
    expect(manager.state).toBe("joined");
  });
});

describe("a token function", () => {
  it.each([
    [
      "throws",
      () => {
        throw new Error("No network.");
      },
    ],
    ["rejects", () => Promise.reject(new Error("No network."))],
  ])("U03: that %s is called again by a first join, which then has its error as cause", async (_, failing) => {
    let calls = 0;
    await join({ token: () => (++calls < 3 ? failing() : "fresh") });
    expect(server.joins).toMatchObject([{ token: "fresh" }]);
    await server.clock.settle(manager.leave());
    const error = await join({ token: failing, timeoutMs: 5000 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "TIMEOUT", retryable: true, cause: { message: "No network." } });
    expect((error as Error).message).toBe("The token function gave no token in time.");
  });

  it("U03: that does not answer is called again by a return", async () => {
    const tokens: (string | undefined)[] = ["first", undefined, "second"];
    const token = (): Promise<string> => {
      const next = tokens.shift();
      return next === undefined ? new Promise<string>(() => undefined) : Promise.resolve(next);
    };
    await join({ token });
    server.lose();
    server.connect();
    await server.clock.advance(20_000);
    expect([manager.state, tokens.length]).toEqual(["reconnecting", 1]);
    await server.clock.advance(20_000);
    expect([manager.state, server.joins.map(({ token }) => token)]).toEqual(["joined", ["first", "second"]]);
  });

  it("U03: that does not answer a first join is named by its error", async () => {
    await expect(join({ token: () => new Promise(() => undefined) })).rejects.toThrow(
      "The token function gave no token in time.",
    );
  });
});
