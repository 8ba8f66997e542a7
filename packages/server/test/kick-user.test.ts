import { grant, peerIdFromKey, type SignalingOptions } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { deferred } from "./harness.js";
import { settled, startMemoryService } from "./memory-service.js";

/** A service where the token is the name of the user. */
const startByName = (options: SignalingOptions = {}) =>
  startMemoryService({ authorize: ({ token }) => (token === undefined ? true : grant({ user: token })), ...options });

describe("U09: kick of a user", () => {
  it("removes all its peers, online or away, and no others, and keeps new keys of the user out", async () => {
    const { signaling, connect } = startByName();
    const [phone, laptop, crashed, other, nameless] = [connect(), connect(), connect(), connect(), connect()];
    for (const socket of [phone, laptop, crashed]) await socket.join("r", { key: newKey(), token: "ada" });
    await other.join("r", { key: newKey(), token: "grace" });
    await nameless.join("r");
    crashed.disconnect();
    expect(await signaling.kick("r", { user: "ada" }, "Please be kind.")).toBe(3);
    for (const socket of [phone, laptop])
      expect(socket.received("exit").at(-1)).toMatchObject({ reason: "kicked", message: "Please be kind." });
    expect((await signaling.peers("r")).map(({ user }) => user)).toEqual(["grace", undefined]);
    expect(await phone.join("r", { key: newKey(), token: "ada" })).toMatchObject({ code: "KICKED", retryable: false });
    expect(await laptop.join("r", { token: "ada" })).toMatchObject({ code: "KICKED" });
    expect(await phone.join("q", { key: newKey(), token: "ada" })).toMatchObject({ ok: true });
    expect(await phone.join("r", { key: newKey(), token: "grace" })).toMatchObject({ ok: true });
    expect(await signaling.kick("r", { user: "ada" })).toBe(0);
  });

  it("ends with the room; with `banMs` it lasts, also for a user that is not in the room", async () => {
    const { signaling, connect, clock } = startByName();
    const socket = connect();
    const join = () => socket.join("r", { key: newKey(), token: "ada" });
    await join();
    expect(await signaling.kick("r", { user: "ada" })).toBe(1);
    expect(await join(), "the room was empty").toMatchObject({ ok: true });
    await socket.call("exit", { room: "r" });
    expect(await signaling.kick("r", { user: "ada" }, { banMs: 60_000 })).toBe(0);
    clock.advance(59_999);
    expect(await join()).toMatchObject({ code: "KICKED" });
    clock.advance(1);
    expect(await join()).toMatchObject({ ok: true });
  });

  it("of a room in which the user is not bans it for as long as the room has members", async () => {
    const { signaling, connect } = startByName();
    const [host, guest] = [connect(), connect()];
    await host.join("r");
    expect(await signaling.kick("r", { user: "ada" })).toBe(0);
    expect(await guest.join("r", { key: newKey(), token: "ada" })).toMatchObject({ code: "KICKED" });
    await host.call("exit", { room: "r" });
    expect(await guest.join("r", { key: newKey(), token: "ada" })).toMatchObject({ ok: true });
  });

  it("gives a banned user no ICE servers, which have a value of their own", async () => {
    const { signaling, connect } = startByName({ iceServers: [{ urls: "turn:x" }] });
    await signaling.kick("r", { user: "ada" }, { banMs: 60_000 });
    const socket = connect();
    expect(await socket.call("iceServers", { room: "r", token: "ada" })).toMatchObject({ code: "KICKED" });
    expect(await socket.call("iceServers", { room: "r", token: "grace" })).toMatchObject({ ok: true });
  });

  it("rejects its joins that the application has admitted and that still wait", async () => {
    const gate = deferred<[]>();
    const { signaling, connect } = startByName({ iceServers: () => gate.promise });
    const [guest, other] = [connect(), connect()];
    const joining = guest.join("r", { key: newKey(), token: "ada" });
    const otherJoining = other.join("r", { key: newKey(), token: "grace" });
    await settled();
    expect(await signaling.kick("r", { user: "ada" }, "Not today.")).toBe(1);
    expect(await joining).toMatchObject({ code: "KICKED", message: "Not today." });
    gate.resolve([]);
    expect(await otherJoining).toMatchObject({ ok: true });
  });

  it("holds for a join that the application admits after the kick", async () => {
    const gate = deferred<undefined>();
    const { signaling, connect } = startMemoryService({
      authorize: async ({ token }) => {
        await gate.promise;
        return grant({ user: token });
      },
    });
    await signaling.kick("r", { user: "ada" }, { banMs: 60_000 });
    const joining = connect().join("r", { key: newKey(), token: "ada" });
    gate.resolve(undefined);
    expect(await joining).toMatchObject({ code: "KICKED" });
  });

  it("is not evaded by a return that began before it, and that is admitted without naming the user", async () => {
    const gate = deferred<true>();
    const { signaling, connect } = startMemoryService({
      authorize: ({ reason }) => (reason === "return" ? gate.promise : grant({ user: "ada" })),
    });
    const [first, second, witness] = [connect(), connect(), connect()];
    const key = newKey();
    await witness.join("r", {});
    await first.join("r", { key });
    const returning = second.join("r", { key });
    await settled();
    expect(await signaling.kick("r", peerIdFromKey(key))).toBe(true);
    expect(await returning).toMatchObject({ code: "KICKED" });
    gate.resolve(true);
    expect(await second.join("r", { key })).toMatchObject({ code: "KICKED" });
  });

  it("remembers the latest 10,000 users with an end", async () => {
    const { signaling, connect } = startByName();
    for (let user = 0; user <= 10_000; user += 1)
      await signaling.kick("r", { user: `user-${String(user)}` }, { banMs: 60_000 });
    expect(await connect().join("r", { token: "user-0" })).toMatchObject({ ok: true });
    expect(await connect().join("r", { token: "user-1" })).toMatchObject({ code: "KICKED" });
    expect(await connect().join("r", { token: "user-10000" })).toMatchObject({ code: "KICKED" });
  });

  it.each([{ user: "" }, { user: undefined }, { user: 7 }, {}, undefined, null, 7])(
    "rejects %j with a TypeError, and kicks nobody",
    async (who) => {
      const { signaling, connect } = startByName();
      await connect().join("r");
      await expect(signaling.kick("r", who as { user: string })).rejects.toThrow(/^kick: name the id of a peer/);
      expect(await signaling.peers("r")).toHaveLength(1);
    },
  );
});
