import { MemoryRoster, peerIdFromKey, type AuthorizeRequest } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { deferred } from "../harness.js";
import { settled, startMemoryService } from "../memory-service.js";
import { joinAs, rejected, schemaOf } from "./members.js";

describe("a join", () => {
  it("in one room more than a socket may have is rejected", async () => {
    const { connect } = startMemoryService({ maxRoomsPerSocket: 1 });
    const socket = connect();
    await socket.join("r");
    expect(await socket.join("q")).toEqual(
      rejected("ROOM_LIMIT", "Room limit reached for this socket (maxRoomsPerSocket = 1)."),
    );
    expect(await socket.join("r")).toMatchObject({ ok: true });
  });

  it("counts the joins that wait as rooms of the socket, and does not ask about one too many", async () => {
    let asked = 0;
    const gate = deferred<boolean>();
    const { connect } = startMemoryService({ maxRoomsPerSocket: 1, authorize: () => (++asked, gate.promise) });
    const socket = connect();
    void socket.join("r");
    expect(await socket.join("q")).toMatchObject({ code: "ROOM_LIMIT" });
    expect(asked).toBe(1);
  });

  it("asks `authorize` with what it sent, and with what the service knows of it", async () => {
    const requests: AuthorizeRequest[] = [];
    const { connect } = startMemoryService({ authorize: (request) => requests.push(request) > 0 });
    const [socket, second, legacy] = [connect(), connect(), connect()];
    const key = newKey();
    await socket.join("r", { key, token: "t", metadata: "m" });
    await socket.join("r", { key });
    await second.join("r", { key });
    await legacy.join("r", {});
    const peerId = peerIdFromKey(key);
    expect(requests.map(({ signal: _, ...request }) => request)).toStrictEqual([
      { room: "r", peerId, reason: "join", token: "t", metadata: "m", resumed: false, socket },
      { room: "r", peerId, reason: "renewal", resumed: true, socket },
      { room: "r", peerId, reason: "return", resumed: true, socket: second },
      { room: "r", peerId: legacy.id, reason: "join", resumed: false, socket: legacy },
    ]);
  });

  it("that is repeated while it waits is asked once, and each call is answered", async () => {
    const gate = deferred<boolean>();
    let asked = 0;
    const { connect } = startMemoryService({ authorize: () => (++asked, gate.promise) });
    const socket = connect();
    const fields = { key: newKey() };
    const calls = [socket.join("r", fields), socket.join("r", fields)];
    gate.resolve(true);
    const [first, second] = await Promise.all(calls);
    expect(first).toMatchObject({ ok: true, id: peerIdFromKey(fields.key) });
    expect(second).toEqual(first);
    expect([asked, socket.received("created").length]).toEqual([1, 1]);
  });

  it("with another key replaces one that waits, and the end of the older one does not end the newer", async () => {
    const gates = [deferred<boolean>(), deferred<boolean>()];
    let asked = 0;
    const { connect } = startMemoryService({ authorize: () => gates[asked++]!.promise });
    const socket = connect();
    const [older, newer] = [{ key: newKey() }, { key: newKey() }];
    const first = socket.join("r", older);
    const calls = [socket.join("r", newer)];
    expect(await first).toEqual(
      rejected("NOT_IN_ROOM", "The join was replaced by a later join of this socket to the same room."),
    );
    await settled();
    calls.push(socket.join("r", newer));
    gates[1]?.resolve(true);
    const replies = await Promise.all(calls);
    expect(replies[0]).toMatchObject({ ok: true, id: peerIdFromKey(newer.key) });
    expect([asked, replies[1]]).toEqual([2, replies[0]]);
  });

  it("that fails at once in the roster does not count as one that waits", async () => {
    class FailingRoster extends MemoryRoster {
      failing = true;
      override find(...args: Parameters<MemoryRoster["find"]>) {
        if (this.failing) throw new Error("no roster");
        return super.find(...args);
      }
    }
    const roster = new FailingRoster();
    const { signaling, connect } = startMemoryService({ roster, maxRoomsPerSocket: 1 });
    signaling.on("error", () => undefined);
    const socket = connect();
    expect(await socket.join("r")).toMatchObject({ code: "INTERNAL" });
    roster.failing = false;
    expect(await socket.join("q")).toMatchObject({ ok: true });
  });

  it("is rejected if the schema of metadata does not accept what it sent, and the schema asks for some", async () => {
    const picky = schemaOf((value) =>
      typeof value === "string" ? { value: `${value}!` } : { issues: [{ message: "no" }] },
    );
    const service = startMemoryService({ metadata: picky });
    const not = rejected("BAD_PAYLOAD", "The application's schema for metadata does not accept this.");
    const socket = service.connect();
    for (const fields of [{ key: newKey() }, { key: newKey(), metadata: 7 }, { metadata: 7 }])
      expect(await socket.join("r", fields), JSON.stringify(fields)).toEqual(not);
    const named = await joinAs(service, { key: newKey(), metadata: "Ada" });
    const legacy = await joinAs(service, {});
    expect((await service.signaling.peers("r")).map(({ id, metadata }) => [id, metadata])).toEqual([
      [named.id, "Ada!"],
      [legacy.id, undefined],
    ]);
  });

  it("is rejected if the schema of metadata throws, and the application is notified of the source", async () => {
    const broken = schemaOf(() => {
      throw new Error("no database");
    });
    const { signaling, connect } = startMemoryService({ metadata: broken });
    const sources: string[] = [];
    signaling.on("error", ({ source }) => sources.push(source));
    expect(await connect().join("r")).toEqual({
      ...rejected("INTERNAL", "The application's schema for metadata failed."),
      retryable: true,
    });
    expect(sources).toEqual(["metadata"]);
  });

  it("makes ICE servers for a peer with a key that still waits, and for no other", async () => {
    const gate = deferred<{ value: unknown }>();
    const made: string[] = [];
    const { connect } = startMemoryService({
      metadata: schemaOf((value) => (value === "slow" ? gate.promise : { value })),
      iceServers: ({ id }) => {
        made.push(id);
        return [{ urls: "stun:stun.example.org" }];
      },
    });
    const [socket, legacy, gone] = [connect(), connect(), connect()];
    const key = newKey();
    expect(await socket.join("r", { key })).toMatchObject({ iceServers: [{ urls: "stun:stun.example.org" }] });
    expect(await legacy.join("r", {})).not.toHaveProperty("iceServers");
    const joining = gone.join("r", { key: newKey(), metadata: "slow" });
    await gone.call("exit", { room: "r" });
    expect(await joining).toEqual(rejected("NOT_IN_ROOM", "The join was canceled by `exit`."));
    gate.resolve({ value: 1 });
    await settled();
    expect(made).toEqual([peerIdFromKey(key)]);
  });
});
