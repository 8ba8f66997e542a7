import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { deferred } from "./harness.js";
import { settled, startMemoryService } from "./memory-service.js";

function startWaitingRoom() {
  const gate = deferred<boolean>();
  let asked = 0;
  const service = startMemoryService({
    authorizeTimeoutMs: 600_000,
    authorize: () => {
      asked += 1;
      return gate.promise;
    },
  });
  return { ...service, gate, asked: () => asked };
}

describe("U24: a guest whose client has the feature `waiting`", () => {
  it("is notified after a second that it waits, once for each join that it sends", async () => {
    const { connect, clock, gate, asked } = startWaitingRoom();
    const guest = connect();
    const fields = { key: newKey(), token: "t", features: ["waiting"] };
    const calls = [guest.join("r", fields)];
    clock.advance(999);
    expect(guest.received("waiting")).toEqual([]);
    clock.advance(1);
    expect(guest.received("waiting")).toEqual([{ room: "r" }]);
    clock.advance(60_000);
    expect(guest.received("waiting")).toHaveLength(1);
    calls.push(guest.join("r", fields));
    expect(guest.received("waiting")).toEqual([{ room: "r" }, { room: "r" }]);
    gate.resolve(true);
    for (const reply of await Promise.all(calls)) expect(reply).toMatchObject({ ok: true });
    expect(asked()).toBe(1);
    clock.advance(60_000);
    expect(guest.received("waiting")).toHaveLength(2);
  });

  it("is not notified of a decision that comes within a second", async () => {
    const { connect, clock, gate } = startWaitingRoom();
    const guest = connect();
    const joining = guest.join("r", { key: newKey(), features: ["waiting"] });
    clock.advance(900);
    gate.resolve(true);
    await joining;
    clock.advance(10_000);
    expect(guest.received("waiting")).toEqual([]);
  });

  it("is not notified after it has left", async () => {
    const { connect, clock } = startWaitingRoom();
    const guest = connect();
    const joining = guest.join("r", { key: newKey(), features: ["waiting"] });
    await guest.call("exit", { room: "r" });
    expect(await joining).toMatchObject({ code: "NOT_IN_ROOM" });
    clock.advance(10_000);
    await settled();
    expect(guest.received("waiting")).toEqual([]);
  });

  it.each([
    ["a client without the feature", { key: newKey(), features: ["mute"] }],
    ["an older client", { key: newKey() }],
    ["a legacy client", { features: ["waiting"] }],
  ])("%s receives nothing", async (_, fields) => {
    const { connect, clock, gate } = startWaitingRoom();
    const guest = connect();
    const joining = guest.join("r", fields);
    clock.advance(10_000);
    gate.resolve(true);
    expect(await joining).toMatchObject({ ok: true });
    expect(guest.received("waiting")).toEqual([]);
  });
});
