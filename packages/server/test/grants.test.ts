import { grant, peerIdFromKey, type Authorize, type Grant, type SignalingFault } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { fakeEpochMs } from "./fake-clock.js";
import { startMemoryService } from "./memory-service.js";

const inAnHour = fakeEpochMs + 3_600_000;

/** A service whose `authorize` gives back what a test wants, with the failures that it reports. */
function startGranting(verdict: unknown) {
  const service = startMemoryService({ authorize: (() => verdict) as Authorize });
  const faults: SignalingFault[] = [];
  service.signaling.on("error", (fault) => faults.push(fault));
  return { ...service, faults };
}

describe("U09: a grant of `authorize`", () => {
  it("says who a peer is: the application sees it, and it may look for the user or the socket", async () => {
    const { signaling, connect } = startGranting(grant({ user: "ada", attributes: { role: "host" } }));
    const socket = connect();
    const key = newKey();
    await socket.join("r", { key, metadata: { role: "spoofed" } });
    const peer = {
      id: peerIdFromKey(key),
      keyed: true,
      state: "online",
      room: "r",
      metadata: { role: "spoofed" },
      user: "ada",
      attributes: { role: "host" },
      socketId: socket.id,
      joinedAt: fakeEpochMs,
    };
    expect(await signaling.peers("r")).toEqual([peer]);
    expect(await signaling.find({ user: "ada" })).toEqual([peer]);
    expect(await signaling.find({ socketId: socket.id })).toEqual([peer]);
    expect(await signaling.find({ user: "grace" })).toEqual([]);
    expect(await signaling.find({ socketId: "other" })).toEqual([]);
    // Nothing that the peer changes by itself touches what the application says.
    expect(await socket.call("metadata", { room: "r", metadata: { role: "host!" } })).toEqual({ ok: true });
    expect(await signaling.find({ user: "ada" })).toMatchObject([{ attributes: { role: "host" } }]);
    socket.disconnect();
    expect(await signaling.find({ user: "ada" })).toEqual([
      { ...peer, metadata: { role: "host!" }, state: "away", socketId: undefined },
    ]);
  });

  it.each([
    ["no fields", {}],
    ["a user", { user: "x".repeat(256) }],
    ["attributes of any JSON", { attributes: [1, "two", { three: null }] }],
    ["an end in milliseconds", { expiresAt: inAnHour }],
    ["absent fields", { user: undefined, attributes: undefined, expiresAt: undefined }],
    ["no prototype", Object.assign(Object.create(null) as Grant, { user: "ada" })],
  ])("admits with %s", async (_, verdict) => {
    const { connect, faults } = startGranting(verdict);
    expect(await connect().join("r")).toMatchObject({ ok: true });
    expect(faults).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ["an unknown field", { user: "ada", role: "host" }, /unknown field "role".*Known: user, attributes, expiresAt/],
    ["a user that is a number", { user: 7 }, /invalid user.*1 to 256 characters/],
    ["an empty user", { user: "" }, /invalid user/],
    ["a user that is too long", { user: "x".repeat(257) }, /invalid user/],
    ["attributes that are not JSON", { attributes: { at: new Date(0) } }, /attributes .* JSON .* is not json/],
    ["attributes that are too large", { attributes: "x".repeat(16_384) }, /at most 16384 characters.*too big/],
    ["an end in seconds", { expiresAt: inAnHour / 1000 }, /looks like seconds\. Multiply the "exp" of a token by 1000/],
    ["an end in the past", { expiresAt: fakeEpochMs }, /in the past/],
    ["an end that is infinite", { expiresAt: Infinity }, /expiresAt = Infinity\. Give milliseconds since 1970/],
    ["an end that is not a number", { expiresAt: Number.NaN }, /expiresAt = NaN/],
    ["an end that is text", { expiresAt: "2030-01-01" }, /expiresAt = "2030-01-01"/],
    ["an error that is given back", new Error("no such user"), /an object of a class/],
    ["a list", [{ user: "ada" }], /an object of a class/],
    [
      "a row of a database",
      new (class User {
        user = "ada";
      })(),
      /an object of a class/,
    ],
  ])("rejects the peer with %s, and reports what to do", async (_, verdict, sentence) => {
    const { signaling, connect, faults } = startGranting(verdict);
    expect(await connect().join("r")).toEqual({
      ok: false,
      code: "UNAUTHORIZED",
      message: "Not authorized to join this room.",
      retryable: false,
    });
    expect(faults.map(({ source, message }) => [source, message])).toEqual([
      ["authorize", expect.stringMatching(sentence)],
    ]);
    expect(await signaling.rooms()).toEqual([]);
  });

  it("keeps what an earlier one granted where a return is admitted without", async () => {
    let verdict: true | Grant = grant({ user: "ada", attributes: { role: "host" } });
    const { signaling, clock, connect } = startMemoryService({ authorize: () => verdict });
    const key = newKey();
    const [first, second, third] = [connect(), connect(), connect()];
    await first.join("r", { key });
    first.disconnect();
    clock.advance(1_000);
    verdict = true;
    await second.join("r", { key });
    const kept = { user: "ada", attributes: { role: "host" }, joinedAt: fakeEpochMs, socketId: second.id };
    expect(await signaling.peers("r")).toMatchObject([kept]);
    verdict = grant({ user: "grace" });
    await third.join("r", { key });
    expect(await signaling.peers("r")).toMatchObject([{ user: "grace", attributes: { role: "host" } }]);
  });

  it("is copied: what the application does with its object later changes nothing", async () => {
    const attributes = { role: "guest" };
    const { signaling, connect } = startGranting(grant({ attributes }));
    await connect().join("r");
    attributes.role = "host";
    expect(await signaling.peers("r")).toMatchObject([{ attributes: { role: "guest" } }]);
  });

  it.each([{}, { user: "" }, { user: 7 }, { socketId: "" }, undefined, "ada"])(
    "rejects the query %j with a TypeError",
    async (query) => {
      const { signaling } = startMemoryService();
      await expect(signaling.find(query as { user: string })).rejects.toThrow(/^find: give/);
    },
  );
});

describe("U09: `authorize` receives", () => {
  it("the peer's id and the reason of the question", async () => {
    const asked: unknown[] = [];
    const { connect } = startMemoryService({
      authorize: ({ peerId, reason, resumed }) => void asked.push([peerId, reason, resumed]),
    });
    const key = newKey();
    const id = peerIdFromKey(key);
    const [first, second, legacy] = [connect(), connect(), connect()];
    await first.call("iceServers", { room: "r" });
    await first.join("r", { key });
    await first.join("r", { key });
    await second.join("r", { key });
    second.disconnect();
    await first.join("r", { key });
    await legacy.join("r", {});
    await legacy.join("r", {});
    expect(asked).toEqual([
      [undefined, "preflight", false],
      [id, "join", false],
      [id, "renewal", true],
      [id, "return", true],
      [id, "return", true],
      [legacy.id, "join", false],
      [legacy.id, "renewal", false],
    ]);
  });
});
