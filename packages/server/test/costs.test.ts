import { type Rejection } from "@sig/protocol";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { deferred } from "./harness.js";
import { type MemorySocket, settled, startMemoryService } from "./memory-service.js";

type Service = ReturnType<typeof startMemoryService>;

/** A room with peers that joined with keys; the first one has the key that it is given. */
async function roomOf({ connect }: Service, count: number, room = "r", key = newKey()): Promise<MemorySocket[]> {
  const members = Array.from({ length: count }, () => connect());
  for (const [index, member] of members.entries()) await member.join(room, { key: index === 0 ? key : newKey() });
  return members;
}

const codeOf = (reply: { readonly ok: boolean }): string => (reply.ok ? "ok" : (reply as Rejection).code);

/** How many of the calls passed, and the code of the others. */
async function outcome(calls: readonly Promise<{ readonly ok: boolean }>[]): Promise<Record<string, number>> {
  const codes = (await Promise.all(calls)).map(codeOf);
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe("U06: each cost is charged to whoever causes it", () => {
  it("U06: a message to a room costs as many deliveries as it has receivers", async () => {
    const service = startMemoryService();
    const [sender, other] = await roomOf(service, 21);
    service.clock.advance(10_000);
    const say = () => sender!.call("message", { room: "r", type: "x", data: 1 });
    expect(await outcome(times(250, say))).toEqual({ ok: 200, RATE_LIMITED: 50 });
    expect(other!.received("message")).toHaveLength(200);
    service.clock.advance(1_000);
    expect(await outcome(times(100, say)), "1,000 a second").toEqual({ ok: 50, RATE_LIMITED: 50 });
    expect(await other!.call("message", { room: "r", type: "x", data: 1 }), "another peer").toEqual({ ok: true });
  });

  it("U06: so does a change of metadata, and a rejected one changes nothing", async () => {
    const service = startMemoryService();
    const [sender] = await roomOf(service, 51);
    service.clock.advance(10_000);
    const change = (index: number) => sender!.call("metadata", { room: "r", metadata: index });
    expect(await outcome(times(100, change))).toEqual({ ok: 80, RATE_LIMITED: 20 });
    expect((await service.signaling.peers("r"))[0]?.metadata).toBe(79);
  });

  it("U06: a message to one peer, and away peers and legacy clients in the room, cost no deliveries", async () => {
    const service = startMemoryService({ rateLimit: { deliveryBurst: 4, deliveriesPerSecond: 0.001 } });
    const [sender, gone, other] = await roomOf(service, 3);
    await service.connect().call("createAndJoinRoom", { room: "r" });
    gone!.disconnect();
    service.clock.advance(3_600_000);
    const peers = await service.signaling.peers("r");
    const to = peers.find(({ id }) => id !== peers[0]?.id && peers.at(-1)?.id !== id)?.id;
    const direct = () => sender!.call("message", { room: "r", to, type: "x", data: 1 });
    expect(await outcome(times(20, direct))).toEqual({ ok: 20 });
    const all = () => sender!.call("message", { room: "r", type: "x", data: 1 });
    expect(await outcome(times(6, all))).toEqual({ ok: 4, RATE_LIMITED: 2 });
    expect(other!.received("message")).toHaveLength(24);
  });

  it("U06: a join is charged for its answer, and for whom it notifies", async () => {
    const service = startMemoryService();
    await roomOf(service, 41);
    const late = service.connect();
    const key = newKey();
    service.clock.advance(10_000);
    // 41 peers in `created`, again in the ack, and 41 that are notified; a repetition notifies nobody.
    const counts = await outcome(times(100, () => late.join("r", { key })));
    expect(counts).toEqual({ ok: 1 + Math.ceil((4_000 - 123) / 82), RATE_LIMITED: 100 - 49 });
  });

  it("U06: a join that changes the metadata is charged for that too, and legacy clients count", async () => {
    const service = startMemoryService();
    for (let member = 0; member < 40; member += 1) await service.connect().call("createAndJoinRoom", { room: "r" });
    const peer = service.connect();
    const key = newKey();
    const counts = await outcome(times(100, (metadata) => peer.join("r", { key, metadata })));
    // Each time the list twice, and a notice to each of the others.
    expect(counts).toEqual({ ok: Math.ceil(4_000 / 120), RATE_LIMITED: 100 - 34 });
  });

  it("U06: joining and leaving in turns costs the room no more than the budget of one", async () => {
    const service = startMemoryService();
    const members = await roomOf(service, 50);
    const peer = service.connect();
    const key = newKey();
    const before = members[0]!.log.length;
    for (let second = 0; second < 10; second += 1) {
      for (let turn = 0; turn < 25; turn += 1) {
        peer.send("createAndJoinRoom", { room: "r", key });
        peer.send("exit", { room: "r" });
      }
      service.clock.advance(1_000);
    }
    // `joined` and `exit`, for each of 150 deliveries.
    expect(members[0]!.log.length - before).toBeLessThan((2 * (4_000 + 10 * 1_000)) / 150 + 2);
  });

  it("U06: the calls that repeat a join that waits are charged as well", async () => {
    const answer = deferred<boolean>();
    let asked = 0;
    const service = startMemoryService({
      maxPeersPerRoom: 200,
      authorize: ({ token }) => (token === "waits" ? ((asked += 1), answer.promise) : true),
    });
    await roomOf(service, 101);
    const late = service.connect();
    const payload = { key: newKey(), token: "waits" };
    const calls = times(200, () => late.join("r", payload));
    await settled();
    answer.resolve(true);
    const { ok, RATE_LIMITED } = await outcome(calls);
    expect(asked).toBe(1);
    expect([ok, RATE_LIMITED]).toEqual([41, 159]);
  });

  it("U06: rejected joins slow down the next ones of that connection, and of no other", async () => {
    let asked = 0;
    const service = startMemoryService({ authorize: ({ token }) => ((asked += 1), token === "right") });
    const guest = service.connect();
    const guess = () => guest.join("r", { key: newKey(), token: "wrong" });
    const { UNAUTHORIZED } = await outcome(times(100, guess));
    expect(UNAUTHORIZED).toBe(asked);
    expect(asked).toBeLessThan(10);
    const before = asked;
    for (let second = 0; second < 20; second += 1) {
      service.clock.advance(1_000);
      await outcome(times(5, guess));
    }
    expect(asked - before).toBeLessThan(12);
    expect(await service.connect().join("r", { key: newKey(), token: "right" })).toMatchObject({ ok: true });
    service.clock.advance(10_000);
    expect(await guest.join("r", { key: newKey(), token: "right" }), "after a pause").toMatchObject({ ok: true });
  });

  it("U06: so do rejected requests for ICE servers before joining", async () => {
    let asked = 0;
    const { connect } = startMemoryService({ authorize: () => ((asked += 1), false) });
    const guest = connect();
    expect(await outcome(times(100, () => guest.call("iceServers", { room: "r", token: "wrong" })))).toEqual({
      UNAUTHORIZED: asked,
      RATE_LIMITED: 100 - asked,
    });
    expect(asked).toBeLessThan(10);
  });

  it("U06: 20 away members of one's own add nothing to the burst, and few calls of `iceServers` wait", async () => {
    let waiting = 0;
    let most = 0;
    const answers: ReturnType<typeof deferred<[]>>[] = [];
    const service = startMemoryService({
      iceServers: ({ id }) => {
        if (id !== attackerId) return [];
        const answer = deferred<[]>();
        answers.push(answer);
        waiting += 1;
        most = Math.max(most, waiting);
        return answer.promise.finally(() => (waiting -= 1));
      },
    });
    let attackerId = "";
    const [attacker, ...own] = await roomOf(service, 21);
    attackerId = (await service.signaling.peers("r"))[0]!.id;
    for (const member of own) member.disconnect();
    service.clock.advance(10_000);
    const calls = times(400, () => attacker!.call("iceServers", { room: "r" }));
    await settled();
    for (const answer of answers) answer.resolve([]);
    expect(await outcome(calls)).toEqual({ ok: 16, RATE_LIMITED: 384 });
    expect(most).toBe(16);
    service.clock.advance(10_000);
    for (let call = 0; call < 900; call += 1) attacker!.send("candidate", { room: "r", to: "nobody" });
    expect(attacker!.connected, "40 for each of 20 peers that are away would have let it pass").toBe(false);
  });

  it("U06: requests for ICE servers that are answered at once are limited by what they cost", async () => {
    let asked = 0;
    const { connect } = startMemoryService({ iceServers: () => ((asked += 1), []) });
    const peer = connect();
    await peer.join("r");
    await outcome(times(250, () => peer.call("iceServers", { room: "r" })));
    expect(asked).toBe(80);
  });

  it("U06: few joins wait at once, also those that `exit` has canceled", async () => {
    let waiting = 0;
    const service = startMemoryService({
      authorize: () => {
        waiting += 1;
        return new Promise<boolean>(() => undefined).finally(() => (waiting -= 1));
      },
    });
    const guest = service.connect();
    for (let round = 0; round < 100; round += 1) {
      guest.send("createAndJoinRoom", { room: `r${round}`, key: newKey() });
      guest.send("exit", { room: `r${round}` });
    }
    await settled();
    expect(waiting).toBe(16);
    // Their time is over: the application was given up.
    service.clock.advance(5_000);
    await settled();
    guest.send("createAndJoinRoom", { room: "r", key: newKey() });
    expect(waiting).toBe(17);
  });

  it("U06: a failure of the application is not charged as a rejected join", async () => {
    const { connect } = startMemoryService({
      authorize: () => {
        throw new Error("database");
      },
    });
    const guest = connect();
    expect(await outcome(times(30, () => guest.join("r")))).toEqual({ INTERNAL: 30 });
  });

  it("U06: `rateLimit: false` charges nothing", async () => {
    const { connect } = startMemoryService({ rateLimit: false, authorize: () => false });
    const guest = connect();
    expect(await outcome(times(1_000, () => guest.join("r")))).toEqual({ UNAUTHORIZED: 1_000 });
  });
});

describe("U06: what was spent follows whoever comes back", () => {
  /** Spends everything; the service then disconnects the socket. */
  async function flood(socket: MemorySocket): Promise<void> {
    while (socket.connected) await socket.call("exit", { room: "nowhere" });
  }

  it("U06: by the key", async () => {
    const service = startMemoryService();
    const key = newKey();
    const [attacker] = await roomOf(service, 2, "r", key);
    await flood(attacker!);
    const again = service.connect();
    expect(await again.join("r", { key }), "at once").toMatchObject({ code: "RATE_LIMITED", retryable: true });
    expect(again.connected).toBe(false);
    service.clock.advance(1_000);
    const later = service.connect();
    expect(await later.join("r", { key }), "a second later").toMatchObject({ ok: true, resumed: true });
    const codes: string[] = [];
    for (let call = 0; call < 60; call += 1)
      later.send("leaving", { room: "r" }, (reply: { ok: boolean }) => codes.push(codeOf(reply)));
    expect(codes).toEqual([...times(codes.length - 1, () => "ok"), "RATE_LIMITED"]);
    expect(codes.length, "what a second restores").toBeLessThan(52);
    expect(later.connected, "no second flood").toBe(false);
    service.clock.advance(10_000);
    const paused = service.connect();
    expect(await paused.join("r", { key }), "after a pause").toMatchObject({ ok: true });
    expect(await outcome(times(290, () => paused.call("leaving", { room: "r" })))).toEqual({ ok: 290 });
  });

  it("U06: by the key, while the older connection is open", async () => {
    const service = startMemoryService();
    const key = newKey();
    const [first] = await roomOf(service, 2, "r", key);
    await outcome(times(290, () => first!.call("leaving", { room: "r" })));
    const second = service.connect();
    await second.join("r", { key });
    const { ok } = await outcome(times(100, () => second.call("leaving", { room: "r" })));
    expect(ok).toBeLessThan(10);
  });

  it("U06: two sockets that take each other's membership spend the deliveries of one", async () => {
    const service = startMemoryService();
    const key = newKey();
    const members = await roomOf(service, 41, "r", key);
    service.clock.advance(10_000);
    const pair = [service.connect(), service.connect()];
    const before = members[1]!.log.length;
    for (let round = 0; round < 200; round += 1) await pair[round % 2]!.join("r", { key });
    // Each takeover notifies 40 peers, and sends their list twice.
    expect(members[1]!.log.length - before).toBeLessThan(2 * Math.ceil(4_000 / 120));
  });

  it("U06: by the connection, for another socket on it and for a child namespace", async () => {
    const service = startMemoryService();
    const conn = {};
    const first = service.connect({ conn });
    await flood(first);
    const second = service.connect({ conn });
    expect(await second.join("r"), "the same connection").toMatchObject({ code: "RATE_LIMITED" });
    expect(await service.connect({ conn: {} }).join("r"), "another connection").toMatchObject({ ok: true });
  });
});
