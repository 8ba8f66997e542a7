import { MemoryRoster, SignalingFault, type Roster } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { settled, startMemoryService } from "./memory-service.js";

type Method = keyof Roster;

/** A roster in memory, of which one method at a time does what the test says. */
class FailingRoster extends MemoryRoster {
  failing: Partial<Record<Method, (...args: unknown[]) => unknown>> = {};
}
for (const method of ["add", "update", "remove", "ban", "find", "list", "rooms"] as const) {
  const original = MemoryRoster.prototype[method] as (...args: unknown[]) => unknown;
  Object.defineProperty(FailingRoster.prototype, method, {
    value(this: FailingRoster, ...args: unknown[]) {
      const fail = this.failing[method];
      return (fail ?? original).apply(this, args);
    },
  });
}

const failures: Record<string, () => unknown> = {
  throws: () => {
    throw new Error("no connection to the store");
  },
  rejects: async () => Promise.reject(new Error("no connection to the store")),
  "never answers": async () => new Promise(() => undefined),
};

function start() {
  const roster = new FailingRoster();
  const service = startMemoryService({ roster });
  const faults: string[] = [];
  service.signaling.on("error", (fault) => {
    faults.push(fault instanceof SignalingFault ? fault.source : String(fault));
  });
  /** Longer than a roster may take. */
  const passTime = async () => {
    await settled();
    service.clock.advance(6_000);
    await settled();
  };
  return { ...service, roster, faults, passTime };
}

describe.each(Object.entries(failures))("a roster that %s", (_, fail) => {
  it.each(["find", "add"] as const)(
    "in `%s` rejects the join with INTERNAL, and the next one succeeds",
    async (method) => {
      const { connect, roster, faults, passTime } = start();
      const socket = connect();
      const key = newKey();
      roster.failing = { [method]: fail };
      const joining = socket.join("r", { key });
      await passTime();
      expect(await joining).toMatchObject({ code: "INTERNAL", retryable: true });
      expect(faults).toEqual(["roster"]);
      roster.failing = {};
      expect(await socket.join("r", { key })).toMatchObject({ ok: true, peers: [] });
    },
  );

  it("in `find` decides nothing for `authorize`, which is not asked", async () => {
    const roster = new FailingRoster();
    const questions: string[] = [];
    const { connect, clock, signaling } = startMemoryService({
      roster,
      authorize: ({ reason }) => {
        questions.push(reason);
      },
    });
    signaling.on("error", () => undefined);
    const socket = connect();
    const key = newKey();
    roster.failing = { find: fail };
    const joining = socket.join("r", { key });
    await settled();
    clock.advance(6_000);
    expect(await joining).toMatchObject({ code: "INTERNAL" });
    expect(questions).toEqual([]);
    roster.failing = {};
    expect(await socket.join("r", { key })).toMatchObject({ ok: true });
    expect(questions).toEqual(["join"]);
  });

  it("in `list` lets a guest in with the members of this node, and releases what waits behind `created`", async () => {
    const { connect, roster, faults, passTime } = start();
    const [ada, bob] = [connect(), connect()];
    const here = await ada.join("r", { key: newKey() });
    roster.failing = { list: fail };
    const joining = bob.join("r", { key: newKey() });
    await settled();
    const idOfBob = ada.received("joined")[0]?.id ?? "";
    expect(await ada.call("offer", { room: "r", to: idOfBob, sdp: "v=0" })).toEqual({ ok: true });
    await passTime();
    expect(await joining).toMatchObject({ ok: true, peers: [{ id: here.ok && here.id }] });
    expect(bob.log.map(([event]) => event)).toEqual(["created", "offer"]);
    expect(faults).toEqual(["roster"]);
  });

  it("in `update` and `remove` loses nobody on this node", async () => {
    const { connect, roster, faults, passTime } = start();
    const [ada, bob] = [connect(), connect()];
    await ada.join("r", { key: newKey() });
    await bob.join("r", { key: newKey() });
    roster.failing = { update: fail, remove: fail };
    expect(await bob.call("metadata", { room: "r", metadata: 1 })).toEqual({ ok: true });
    expect(ada.received("metadata")).toMatchObject([{ metadata: 1 }]);
    expect(await bob.call("exit", { room: "r" })).toEqual({ ok: true });
    expect(ada.received("exit")).toMatchObject([{ reason: "left" }]);
    await passTime();
    expect(faults.every((source) => source === "roster")).toBe(true);
  });

  it("in `ban` does not keep a member that is kicked in the room", async () => {
    const { connect, roster, signaling } = start();
    const ada = connect();
    const joined = await ada.join("r", { key: newKey() });
    roster.failing = { ban: fail };
    const kicked = signaling.kick("r", joined.ok ? joined.id : "").catch((error: unknown) => error);
    await settled();
    expect(ada.received("exit")).toMatchObject([{ reason: "kicked" }]);
    expect(await Promise.race([kicked, settled()])).toEqual(
      fail === failures["never answers"] ? undefined : new Error("no connection to the store"),
    );
  });
});

describe("a roster that adds a guest after the join was rejected", () => {
  const startSlowly = () => {
    const service = start();
    const answers: (() => void)[] = [];
    const { roster } = service;
    roster.failing.add = (...args) =>
      new Promise((resolve) => {
        answers.push(() => resolve(MemoryRoster.prototype.add.apply(roster, args as Parameters<Roster["add"]>)));
      });
    return { ...service, answers };
  };

  it("has the entry removed again", async () => {
    const { connect, roster, passTime, answers } = startSlowly();
    const socket = connect();
    const joining = socket.join("r", { key: newKey() });
    await passTime();
    expect(await joining).toMatchObject({ code: "INTERNAL" });
    answers[0]?.();
    await settled();
    expect(roster.rooms()).toEqual([]);
    expect(socket.received("created")).toEqual([]);
  });

  it("keeps the entry if the guest has been let in meanwhile", async () => {
    const { connect, roster, passTime, answers } = startSlowly();
    const socket = connect();
    const key = newKey();
    const joining = socket.join("r", { key });
    await passTime();
    await joining;
    roster.failing = {};
    const joined = await socket.join("r", { key, metadata: "newest" });
    answers[0]?.();
    await settled();
    expect(roster.list("r")).toMatchObject([{ id: joined.ok && joined.id, metadata: "newest" }]);
  });
});
