import { grant, peerIdFromKey, Unauthorized, type AuthorizeRequest, type Verdict, type Grant } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { fakeEpochMs } from "./fake-clock.js";
import { deferred } from "./harness.js";
import { settled, startMemoryService, type MemorySocket } from "./memory-service.js";

type Answer = Verdict | Grant | Promise<Verdict | Grant>;

const minute = 60_000;

/** A service that admits for a minute; a test decides on renewals. */
function startRenewing(renewal: (request: AuthorizeRequest) => Answer, graceMs = 30_000) {
  const asked: [reason: string, token: string | undefined, atMs: number][] = [];
  const service = startMemoryService({
    graceMs,
    authorize: (request) => {
      const now = service.clock.now();
      asked.push([request.reason, request.token, now]);
      if (request.reason === "renewal") return renewal(request);
      return grant({ user: "ada", expiresAt: fakeEpochMs + now + minute });
    },
  });
  return { ...service, asked };
}

/** A member with a token, beside a witness that was admitted without an end. */
async function joinWithWitness(
  connect: () => MemorySocket,
): Promise<{ member: MemorySocket; key: string; id: string }> {
  const member = connect();
  const key = newKey();
  await member.join("r", { key, token: "first" });
  return { member, key, id: peerIdFromKey(key) };
}

describe("U09: a membership that is admitted for a time", () => {
  it("announces the seconds that are left, and goes on when its client joins again with a fresh token", async () => {
    const { connect, clock, asked } = startRenewing(({ token }) =>
      token === "fresh" ? grant({ expiresAt: fakeEpochMs + clock.now() + minute }) : false,
    );
    const member = connect();
    const key = newKey();
    expect(await member.join("r", { key, token: "first" })).toMatchObject({ expiresIn: 60 });
    clock.advance(45_500);
    expect(await member.join("r", { key, token: "fresh" })).toMatchObject({ resumed: true, expiresIn: 60 });
    clock.advance(30_000);
    expect(await connect().join("r", { key: newKey() })).toMatchObject({ expiresIn: 60 });
    expect(member.received("exit")).toEqual([]);
    expect(asked.map(([reason, token]) => [reason, token])).toEqual([
      ["join", "first"],
      ["renewal", "fresh"],
      ["join", undefined],
    ]);
  });

  it("is asked about at its end, with the latest token, and goes on if it is admitted", async () => {
    const requests: AuthorizeRequest[] = [];
    const { signaling, connect, clock, asked } = startRenewing((request) => {
      requests.push(request);
      return grant({ user: "ada", attributes: { renewed: true }, expiresAt: fakeEpochMs + clock.now() + minute });
    });
    const { member, id } = await joinWithWitness(connect);
    await member.call("metadata", { room: "r", metadata: { name: "Ada" } });
    clock.advance(minute - 1);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect(asked[1]).toEqual(["renewal", "first", minute]);
    expect(requests[0]).toMatchObject({
      room: "r",
      peerId: id,
      resumed: true,
      metadata: { name: "Ada" },
      socket: { id: member.id },
    });
    expect(member.received("attributes")).toEqual([{ id, room: "r", attributes: { renewed: true } }]);
    clock.advance(minute);
    expect(asked).toHaveLength(3);
    expect(await signaling.peers("r")).toHaveLength(1);
  });

  it("ends as `expired` if the application rejects: the others and the peer itself are notified", async () => {
    const { signaling, connect, clock } = startRenewing(() => {
      throw new Unauthorized("Your login has ended.");
    });
    const reasons: string[] = [];
    signaling.on("peerLeft", ({ reason }) => reasons.push(reason));
    const { member, id } = await joinWithWitness(connect);
    clock.advance(1_000);
    const [witness, legacy] = [connect(), connect()];
    await witness.join("r");
    await legacy.join("r", {});
    clock.advance(minute - 1_000);
    expect(member.received("exit")).toEqual([{ from: id, room: "r", reason: "expired" }]);
    expect(witness.received("exit")).toEqual([{ from: id, room: "r", reason: "expired" }]);
    expect(legacy.received("exit")).toEqual([{ from: id, room: "r" }]);
    expect(reasons).toEqual(["expired"]);
    expect(await member.call("offer", { room: "r", to: id, sdp: "v=0" })).toMatchObject({ code: "NOT_IN_ROOM" });
  });

  it("of a legacy client ends with the exit of the base protocol", async () => {
    const { connect, clock } = startRenewing(() => false);
    const legacy = connect();
    expect(await legacy.join("r", {})).toEqual({ ok: true, id: legacy.id, room: "r", peers: [] });
    clock.advance(minute);
    expect(legacy.received("exit")).toEqual([{ from: legacy.id, room: "r" }]);
  });

  it("stays for the grace time while the application fails, which is asked less and less often", async () => {
    const { connect, clock, asked } = startRenewing(() => {
      throw new Error("login server down");
    });
    const { member, id } = await joinWithWitness(connect);
    clock.advance(minute + 29_999);
    expect(member.received("exit")).toEqual([]);
    const times = asked.filter(([reason]) => reason === "renewal").map(([, , atMs]) => atMs - minute);
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    clock.advance(1);
    expect(asked.at(-1)).toEqual(["renewal", "first", minute + 30_000]);
    expect(member.received("exit")).toEqual([{ from: id, room: "r", reason: "expired" }]);
  });

  it("goes on when the application decides again within the grace time", async () => {
    let isDown = true;
    const { connect, clock } = startRenewing(() => {
      if (isDown) throw new Error("login server down");
      return true;
    });
    const { member } = await joinWithWitness(connect);
    clock.advance(minute + 5_000);
    isDown = false;
    clock.advance(10 * minute);
    expect(member.received("exit")).toEqual([]);
  });

  it("is asked about with the fresh token of a join on which the application failed to decide", async () => {
    let isDown = true;
    const { connect, clock, asked } = startRenewing(() => {
      if (isDown) throw new Error("login server down");
      return true;
    });
    const { member, key } = await joinWithWitness(connect);
    clock.advance(minute - 1_000);
    expect(await member.join("r", { key, token: "fresh" })).toMatchObject({ code: "INTERNAL" });
    isDown = false;
    clock.advance(1_000);
    expect(asked.at(-1)).toEqual(["renewal", "fresh", minute]);
    expect(member.received("exit")).toEqual([]);
  });

  it("keeps its end where a fresh token is rejected before", async () => {
    const { connect, clock, asked } = startRenewing(({ token }) => token === "first");
    const { member, key } = await joinWithWitness(connect);
    clock.advance(1_000);
    expect(await member.join("r", { key, token: "forged" })).toMatchObject({ code: "UNAUTHORIZED" });
    expect(member.received("exit")).toEqual([]);
    clock.advance(minute);
    expect(asked.at(-1)).toEqual(["renewal", "first", minute]);
    expect(member.received("exit")).toEqual([]);
  });

  it("is not asked about twice while a join with a fresh token waits, which cannot wait for ever", async () => {
    const gate = deferred<boolean>();
    const { connect, clock, asked } = startRenewing(() => gate.promise);
    const { member, key, id } = await joinWithWitness(connect);
    clock.advance(minute - 1_000);
    void member.join("r", { key, token: "fresh" });
    clock.advance(3_000);
    expect(asked.filter(([reason]) => reason === "renewal")).toHaveLength(1);
    for (let token = 0; token < 30; token += 1) {
      void member.join("r", { key, token: String(token) });
      clock.advance(1_000);
      await settled();
    }
    // The last question may take `authorizeTimeoutMs`.
    clock.advance(5_000);
    await settled();
    expect(member.received("exit")).toEqual([{ from: id, room: "r", reason: "expired" }]);
  });

  it("is not asked about while it is away: its return is, and its grace time goes on", async () => {
    const { connect, clock, asked } = startRenewing(() => true);
    const { member, key } = await joinWithWitness(connect);
    clock.advance(minute - 1_000);
    member.disconnect();
    clock.advance(10_000);
    expect(asked).toHaveLength(1);
    const again = connect();
    expect(await again.join("r", { key, token: "second" })).toMatchObject({ resumed: true, expiresIn: 60 });
    expect(asked[1]).toEqual(["return", "second", minute + 9_000]);
    clock.advance(minute);
    expect(asked[2]).toEqual(["renewal", "second", 2 * minute + 9_000]);
    again.disconnect();
    clock.advance(30_000);
    expect(asked).toHaveLength(3);
  });

  it("ignores an answer that comes after the peer has gone, been replaced or been renewed", async () => {
    const gates: ReturnType<typeof deferred<boolean>>[] = [];
    const signals: AbortSignal[] = [];
    const { signaling, connect, clock } = startRenewing(({ signal, token }) => {
      if (token === "fresh") return true;
      signals.push(signal);
      const gate = deferred<boolean>();
      gates.push(gate);
      return gate.promise;
    });
    const sockets = [connect(), connect(), connect()];
    const keys = [newKey(), newKey(), newKey()];
    for (const [index, socket] of sockets.entries()) await socket.join("r", { key: keys[index]!, token: "first" });
    clock.advance(minute);
    sockets[0]!.disconnect();
    const replacing = connect();
    await replacing.join("r", { key: keys[1]! });
    await sockets[2]!.join("r", { key: keys[2]!, token: "fresh" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
    for (const gate of gates) gate.resolve(false);
    await settled();
    expect((await signaling.peers("r")).map(({ state }) => state)).toEqual(["away", "online", "online"]);
  });

  it("ends at most once: the question is canceled when the service closes", async () => {
    const gate = deferred<boolean>();
    let signal: AbortSignal | undefined;
    const { signaling, connect, clock } = startRenewing((request) => {
      ({ signal } = request);
      return gate.promise;
    });
    const { member, id } = await joinWithWitness(connect);
    clock.advance(minute);
    await signaling.close();
    expect(signal?.aborted).toBe(true);
    gate.resolve(false);
    await settled();
    expect(member.received("exit")).toEqual([{ from: id, room: "r", reason: "closed" }]);
    expect(clock.pending).toBe(0);
  });

  it("may last longer than the longest delay of a timer", async () => {
    const day = 24 * 60 * minute;
    const asked: number[] = [];
    const service = startMemoryService({
      authorize: ({ reason }) => {
        if (reason === "renewal") asked.push(service.clock.now());
        return reason === "renewal" || grant({ expiresAt: fakeEpochMs + 100 * day });
      },
    });
    const member = service.connect();
    expect(await member.join("r")).toMatchObject({ expiresIn: 100 * 24 * 3_600 });
    service.clock.advance(100 * day - 1);
    expect(asked).toEqual([]);
    service.clock.advance(1);
    expect(asked).toEqual([100 * day]);
  });

  it("ends as `kicked` if it is renewed for a user that is banned", async () => {
    const { signaling, connect, clock } = startRenewing(() => grant({ user: "mallory" }));
    const { member, id } = await joinWithWitness(connect);
    await signaling.kick("r", { user: "mallory" });
    clock.advance(minute);
    expect(member.received("exit")).toEqual([{ from: id, room: "r", reason: "kicked" }]);
  });
});
