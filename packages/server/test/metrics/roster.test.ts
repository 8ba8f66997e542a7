import { MemoryRoster } from "@sig/server";
import { describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { startMemoryService } from "../memory-service.js";
import { SharedStore } from "../shared-store.js";
import { join, startNodes } from "../two-nodes.js";

class FailingRoster extends MemoryRoster {
  fails = true;

  override find(...args: Parameters<MemoryRoster["find"]>) {
    this.#check();
    return super.find(...args);
  }

  override rooms() {
    this.#check();
    return super.rooms();
  }

  #check(): void {
    if (this.fails) throw new Error("out of reach");
  }
}

describe("the metrics of two nodes", () => {
  it("count a member that goes over to the other node as replaced here, and as a return there", async () => {
    const { one, two } = startNodes();
    const key = newKey();
    const [witness, first, second] = [one.connect(), one.connect(), two.connect()];
    await join(witness);
    await join(first, { key });
    await join(second, { key });
    expect(one.signaling.metrics()).toMatchObject({
      ...{ joins: 2, returns: 0, "exits.replaced": 1, "members.online": 1, "members.away": 0, rooms: 1 },
    });
    expect(two.signaling.metrics()).toMatchObject({
      ...{ joins: 0, returns: 1, "exits.replaced": 0, "members.online": 1, "members.away": 0, rooms: 1 },
    });
  });
});

describe("the metric rosterReachable", () => {
  it("is 0 after a join without an answer of the roster, until a join has one", async () => {
    const roster = new FailingRoster();
    const { signaling, connect } = startMemoryService({ roster });
    expect(signaling.metrics()).toMatchObject({ rosterReachable: 1, "faults.roster": 0 });
    expect(await connect().join("r", { key: newKey() })).toMatchObject({ code: "INTERNAL" });
    expect(signaling.metrics()).toMatchObject({ rosterReachable: 0, "faults.roster": 1, "rejected.INTERNAL": 1 });
    roster.fails = false;
    await connect().join("r", { key: newKey() });
    expect(signaling.metrics()).toMatchObject({ rosterReachable: 1, "faults.roster": 1, joins: 1 });
  });

  it("is 0 when the roster takes longer than a join waits", async () => {
    const roster = Object.assign(new MemoryRoster(), { find: async () => new Promise<never>(() => undefined) });
    const { signaling, clock, connect } = startMemoryService({ roster });
    const reply = connect().join("r", { key: newKey() });
    expect(signaling.metrics()).toMatchObject({ rosterReachable: 1, pendingJoins: 1 });
    clock.advance(5000);
    await reply;
    expect(signaling.metrics()).toMatchObject({ rosterReachable: 0, "faults.roster": 1, pendingJoins: 0 });
  });

  it("follows `rooms` and `peers`, so that a health check finds out without a join", async () => {
    const roster = new FailingRoster();
    const { signaling } = startMemoryService({ roster });
    await expect(signaling.rooms()).rejects.toThrow("out of reach");
    expect(signaling.metrics().rosterReachable).toBe(0);
    expect(await signaling.peers("r")).toEqual([]);
    expect(signaling.metrics().rosterReachable).toBe(1);
    await expect(signaling.rooms()).rejects.toThrow("out of reach");
    roster.fails = false;
    expect(await signaling.rooms()).toEqual([]);
    expect(signaling.metrics().rosterReachable).toBe(1);
  });

  it("is what a shared roster knows of its store, if it knows", () => {
    const roster = Object.assign(new SharedStore().node("one"), { reachable: false });
    const { signaling } = startMemoryService({ roster });
    expect(signaling.metrics().rosterReachable).toBe(0);
    roster.reachable = true;
    expect(signaling.metrics().rosterReachable).toBe(1);
  });
});
