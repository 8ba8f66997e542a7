import { beforeEach, describe, expect, it } from "vitest";
import { PeerManager } from "../../src/index.js";
import { FakeNetwork } from "../../src/testing/index.js";
import { ScriptedServer, created, rejected, room } from "./scripted-server.js";

type Reply = (reply: Record<string, unknown>) => void;

const initial: unknown = 0;

let server: ScriptedServer;
let manager: PeerManager;

beforeEach(() => {
  server = new ScriptedServer();
  const { clock } = server;
  const network = new FakeNetwork({ clock });
  manager = new PeerManager(server.socket, {
    clock,
    metadata: initial,
    RTCPeerConnection: network.connectionClass("host"),
  });
});

const join = (): Promise<void> => server.clock.settle(manager.join(room));
const sent = (): unknown[] =>
  server.requests.filter(({ event }) => event === "metadata").map(({ payload }) => payload.metadata);
/** "accepted" or the code of the error. */
const outcomes = (promises: Promise<void>[]): Promise<string[]> =>
  server.clock.settle(
    Promise.all(
      promises.map((each) =>
        each.then(
          () => "accepted",
          (error: unknown) => (error as { code: string }).code,
        ),
      ),
    ),
  );

describe("setMetadata", () => {
  it("V06: between a join's request and its answer is sent after the answer", async () => {
    let reply: Reply = () => undefined;
    server.on.createAndJoinRoom = (_, answer) => (reply = answer);
    const joined = manager.join(room);
    await server.clock.advance(100);
    await manager.setMetadata(1);
    expect(manager.metadata).toBe(1);
    reply(created());
    await server.clock.settle(joined);
    await server.clock.runOut();
    expect([server.joins.map(({ metadata }) => metadata), sent()]).toEqual([[0], [1]]);
  });

  it("V06: before the join's request is part of it", async () => {
    server.lose();
    const joined = manager.join(room);
    await manager.setMetadata(1);
    server.connect();
    await server.clock.settle(joined);
    await server.clock.runOut();
    expect([server.joins.map(({ metadata }) => metadata), sent()]).toEqual([[1], []]);
  });

  it("V06: 500 times in a burst sends the first and the last", async () => {
    await join();
    const all = Array.from({ length: 500 }, (_, index) => manager.setMetadata(index + 1));
    expect(new Set(await outcomes(all))).toEqual(new Set(["accepted"]));
    expect([sent(), manager.metadata]).toEqual([[500], 500]);
    const [first, ...others] = Array.from({ length: 5 }, (_, index) => {
      const done = manager.setMetadata(600 + index);
      return done;
    });
    await outcomes([first!, ...others]);
    expect(sent()).toEqual([500, 604]);
  });

  it("V06: while another is under way follows it, the newest alone, at most one at a time", async () => {
    await join();
    let underWay = 0;
    server.on.metadata = (_, reply) => {
      expect(++underWay).toBe(1);
      server.clock.after(50, () => {
        underWay -= 1;
        reply({ ok: true });
      });
    };
    const first = manager.setMetadata(1);
    await server.clock.advance(20);
    expect(await outcomes([first, manager.setMetadata(2), manager.setMetadata(3)])).toEqual(Array(3).fill("accepted"));
    expect(sent()).toEqual([1, 3]);
  });

  it("V06: that is rejected leaves the accepted value in place, for the next return as well", async () => {
    await join();
    server.on.metadata = ({ metadata }, reply) => reply(metadata === "bad" ? rejected("BAD_PAYLOAD") : { ok: true });
    expect(await outcomes([manager.setMetadata("good")])).toEqual(["accepted"]);
    expect(await outcomes([manager.setMetadata("bad")])).toEqual(["BAD_PAYLOAD"]);
    expect(manager.metadata).toBe("good");
    server.lose();
    await manager.setMetadata("bad");
    server.connect();
    await server.clock.runOut();
    expect([manager.state, manager.metadata, server.joins.at(-1)?.metadata]).toEqual(["joined", "good", "good"]);
  });

  it("V06: that is rejected rejects all that it stood for, and no other", async () => {
    await join();
    server.on.metadata = ({ metadata }, reply) => reply(metadata === 2 ? rejected("BAD_PAYLOAD") : { ok: true });
    const first = manager.setMetadata(1);
    await server.clock.advance(2);
    const second = [manager.setMetadata("lost"), manager.setMetadata(2)];
    expect(await outcomes([first, ...second])).toEqual(["accepted", "BAD_PAYLOAD", "BAD_PAYLOAD"]);
    expect([manager.metadata, sent()]).toEqual([1, [1, 2]]);
  });

  it("V06: that the server cannot accept now rejects, and the accepted value is back", async () => {
    await join();
    const answers = [rejected("RATE_LIMITED", true)];
    server.on.metadata = (_, reply) => reply(answers.shift() ?? { ok: true });
    expect(await outcomes([manager.setMetadata(1)])).toEqual(["RATE_LIMITED"]);
    expect(manager.metadata).toBe(0);
    expect(await outcomes([manager.setMetadata(1)])).toEqual(["accepted"]);
    expect([sent(), manager.metadata]).toEqual([[1, 1], 1]);
  });

  it("V06: during an outage is kept, and sent after the return", async () => {
    await join();
    server.lose();
    await manager.setMetadata(1);
    await manager.setMetadata(2);
    server.connect();
    await server.clock.runOut();
    expect([server.joins.map(({ metadata }) => metadata), sent()]).toEqual([[0, 0], [2]]);
  });

  it("V06: under way while the connection is lost is sent again", async () => {
    await join();
    server.on.metadata = () => undefined;
    const lost = manager.setMetadata(1);
    await server.clock.advance(20);
    server.lose();
    delete server.on.metadata;
    server.connect();
    expect(await outcomes([lost])).toEqual(["accepted"]);
    await server.clock.runOut();
    expect([sent(), manager.metadata]).toEqual([[1, 1], 1]);
  });

  it("V06: under way while the membership is renewed is not overwritten by the renewal", async () => {
    server.on.createAndJoinRoom = (_, reply) => reply(created({ resumed: true, expiresIn: 60 }));
    await join();
    server.on.metadata = (_, reply) => void server.clock.after(2000, () => reply({ ok: true }));
    await server.clock.advance(44_000);
    const set = manager.setMetadata(1);
    await server.clock.advance(20_000);
    expect(await outcomes([set])).toEqual(["accepted"]);
    expect([server.joins.map(({ metadata }) => metadata), sent()]).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it("V06: under way when the stay ends is kept for the next one", async () => {
    await join();
    server.on.metadata = () => undefined;
    const pending = manager.setMetadata(1);
    await server.clock.advance(11);
    const left = manager.leave();
    expect(await outcomes([pending, left])).toEqual(["accepted", "accepted"]);
    expect(server.clock.pending).toBe(0);
    delete server.on.metadata;
    await join();
    expect(server.joins.at(-1)?.metadata).toBe(1);
  });

  it("V06: throws what is wrong at once", async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const metadata of [1n, cycle, undefined, () => 1, new Date(), { deep: { big: 1n } }]) {
      await expect(manager.setMetadata(metadata)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      if (metadata !== undefined)
        expect(() => new PeerManager(server.socket, { metadata })).toThrow("Invalid metadata: it must be plain JSON");
    }
    expect(manager.metadata).toBe(0);
    await join();
    expect(server.joins.map(({ metadata }) => metadata)).toEqual([0]);
  });

  it("V06: keeps what it was given, whatever the application does to its object", async () => {
    const profile = { name: "Ada" };
    await manager.setMetadata(profile);
    profile.name = "Eve";
    await join();
    expect([manager.metadata, server.joins[0]?.metadata]).toEqual([{ name: "Ada" }, { name: "Ada" }]);
  });
});
