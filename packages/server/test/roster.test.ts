import { MemoryRoster, peerIdFromKey, type Roster } from "@sig/server";
import { describe, expect, it, vi } from "vitest";
import { newKey } from "./client.js";
import { startServer, until } from "./harness.js";
import { describeRoster } from "./roster-suite.js";

/** A roster that has to ask others: every change takes its time. */
class DistantRoster implements Roster {
  readonly near = new MemoryRoster();
  readonly #delayMs: number;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  readonly find = this.near.find.bind(this.near);
  readonly list = this.near.list.bind(this.near);
  readonly add: Roster["add"] = (...given) => this.#later(() => this.near.add(...given));
  readonly update: Roster["update"] = (...given) => this.#later(() => this.near.update(...given));
  readonly remove: Roster["remove"] = (...given) => this.#later(() => this.near.remove(...given));
  readonly ban: Roster["ban"] = (...given) => this.#later(() => this.near.ban(...given));
  readonly rooms: Roster["rooms"] = () => this.#later(() => this.near.rooms());

  async #later<Value>(task: () => Value): Promise<Value> {
    await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    return task();
  }
}

describeRoster("in memory", () => new MemoryRoster());
describeRoster("one that has to ask others", () => new DistantRoster(1));

describe("a roster that answers later", () => {
  it("serves joins, leaves and returns as one that answers at once", async () => {
    const { connect, signaling } = await startServer({ roster: new DistantRoster(5) });
    const [a, b] = [await connect(), await connect()];
    const key = newKey();
    const { id } = await a.join("r", { key });
    expect((await b.join("r", { key: newKey() })).peers).toEqual([{ id, state: "online" }]);
    expect(await a.next("joined")).toMatchObject({ room: "r" });
    a.close();
    await b.next("presence");
    const again = await connect();
    expect(await again.join("r", { key })).toMatchObject({ id, resumed: true });
    again.emit("exit", { room: "r" });
    expect(await b.next("exit")).toEqual({ from: id, room: "r", reason: "left" });
    await until("the roster knows", async () =>
      (await signaling.rooms()).some(({ name, peers }) => name === "r" && peers === 1),
    );
  });

  it("a peer that leaves while the roster is still asked is not left behind in it", async () => {
    const { connect, signaling } = await startServer({ roster: new DistantRoster(20) });
    const a = await connect();
    const joining = a.call("createAndJoinRoom", { room: "r", key: newKey() });
    expect(await a.call("exit", { room: "r" })).toEqual({ ok: true });
    expect(await joining).toMatchObject({ code: "NOT_IN_ROOM" });
    await a.roundTrip();
    await until("the roster is empty", async () => (await signaling.rooms()).every(({ name }) => name !== "r"));
    expect(a.heard("created")).toEqual([]);
  });

  it("one that fails refuses the join with INTERNAL, and the host is told", async () => {
    class BrokenRoster extends MemoryRoster implements Roster {
      override add(): never {
        throw new Error("no connection");
      }
    }
    const { connect, signaling } = await startServer({ roster: new BrokenRoster() });
    const faults = vi.fn();
    signaling.on("error", faults);
    const a = await connect();
    const key = newKey();
    expect(await a.call("createAndJoinRoom", { room: "r", key })).toMatchObject({
      ok: false,
      code: "INTERNAL",
      retryable: true,
    });
    expect(faults).toHaveBeenCalledOnce();
    expect(await signaling.peers("r")).toEqual([]);
    expect(peerIdFromKey(key)).toHaveLength(22);
  });
});
