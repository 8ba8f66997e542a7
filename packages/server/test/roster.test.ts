import { MemoryRoster, type Roster } from "@sig/server";
import { describe, expect, it, vi } from "vitest";
import { newKey } from "./client.js";
import { FormerRoster } from "./former-roster.js";
import { startServer, until } from "./harness.js";
import { describeRoster } from "./roster-suite.js";
import { delayOf, SlowRoster } from "./slow-roster.js";

const former: Roster = new FormerRoster();

describeRoster("in memory", (clock) => new MemoryRoster({ clock }));
describeRoster(
  "one that answers later",
  (clock) =>
    new SlowRoster(
      delayOf(() => 1),
      clock,
    ),
);
describeRoster("one with the members of the former port", () => former, { bansExpire: false });

describe("MemoryRoster", () => {
  it("remembers the 10,000 latest bans that have an end, of all rooms together", () => {
    const roster = new MemoryRoster();
    for (let index = 0; index <= 10_000; index += 1) roster.ban(`room-${index % 7}`, `peer-${index}`, 60_000);
    const join = (index: number) =>
      roster.add(`room-${index % 7}`, { id: `peer-${index}`, keyed: true, state: "online", session: "s" }, 8).ok;
    expect([join(0), join(1), join(10_000)]).toEqual([true, false, false]);
  });
});

describe.each<[string, () => Roster]>([
  ["answers later", () => new SlowRoster(delayOf(() => 2))],
  ["has the members of the former port", () => new FormerRoster()],
])("a service whose roster %s", (_, create) => {
  it("serves joins, returns and exits as one whose roster is in memory", async () => {
    const { connect, signaling } = await startServer({ roster: create(), authorize: () => true });
    const [a, b] = [await connect(), await connect()];
    const key = newKey();
    const { id } = await a.join("r", { key, metadata: { name: "Ada" } });
    expect((await b.join("r", { key: newKey() })).peers).toEqual([{ id, state: "online", metadata: { name: "Ada" } }]);
    expect(await a.next("joined")).toMatchObject({ room: "r" });
    expect((await signaling.peers("r")).map((peer) => peer.id)).toContain(id);
    a.close();
    await b.next("presence");
    const again = await connect();
    expect(await again.join("r", { key })).toMatchObject({ id, resumed: true });
    again.emit("exit", { room: "r" });
    expect(await b.next("exit")).toEqual({ from: id, room: "r", reason: "left" });
    await until("the roster has one member left", async () =>
      (await signaling.rooms()).some(({ name, peers }) => name === "r" && peers === 1),
    );
  });

  it("keeps a kicked peer out", async () => {
    const { connect, signaling } = await startServer({ roster: create() });
    const [a, b] = [await connect(), await connect()];
    const key = newKey();
    const { id } = await a.join("r", { key });
    await b.join("r", { key: newKey() });
    expect(await signaling.kick("r", id)).toBe(true);
    expect(await b.next("exit")).toEqual({ from: id, room: "r", reason: "kicked" });
    expect(await a.call("createAndJoinRoom", { room: "r", key })).toMatchObject({ code: "KICKED" });
  });
});

describe("a roster that fails", () => {
  it("rejects the join with INTERNAL, and the application is notified", async () => {
    class BrokenRoster extends MemoryRoster implements Roster {
      override add(): never {
        throw new Error("no connection");
      }
    }
    const { connect, signaling } = await startServer({ roster: new BrokenRoster() });
    const faults = vi.fn();
    signaling.on("error", faults);
    const a = await connect();
    expect(await a.call("createAndJoinRoom", { room: "r", key: newKey() })).toMatchObject({
      ok: false,
      code: "INTERNAL",
      retryable: true,
    });
    expect(faults).toHaveBeenCalledOnce();
    expect(await signaling.peers("r")).toEqual([]);
  });

  it.each<[string, Roster["list"]]>([
    [
      "throws",
      () => {
        throw new Error("no connection");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no connection"))],
  ])("to list a room because it %s does not fail the join: this node knows its own members", async (_, list) => {
    const roster: Roster = Object.assign(new MemoryRoster(), { list });
    const { connect, signaling } = await startServer({ roster });
    const sources: string[] = [];
    signaling.on("error", ({ source }) => sources.push(source));
    const [a, b] = [await connect(), await connect()];
    const { id } = await a.join("r", { key: newKey() });
    expect((await b.join("r", { key: newKey() })).peers).toEqual([{ id, state: "online" }]);
    expect(sources).toEqual(["roster", "roster"]);
  });
});
