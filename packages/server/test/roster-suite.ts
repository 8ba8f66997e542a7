import { type Roster, type RosterEntry } from "@sig/server";
import { describe, expect, it } from "vitest";
import { FakeClock } from "./fake-clock.js";

const entry = (id: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
  id,
  keyed: true,
  state: "online",
  session: `socket-of-${id}`,
  ...more,
});

interface RosterSuiteOptions {
  /** Whether `ban` supports `banMs`. Default true. */
  readonly bansExpire?: boolean;
  /** Lets time pass for a roster whose bans expire by a clock of its own. Default: the clock of the test advances. */
  readonly wait?: (ms: number) => Promise<void>;
}

/**
 * The behavior of every roster. Each test has rooms of its own, so that a roster whose storage is shared can be tested
 * too.
 * @param create makes a roster; bans expire by the clock that it is given
 */
export function describeRoster(
  name: string,
  create: (clock: FakeClock) => Roster | Promise<Roster>,
  { bansExpire = true, wait }: RosterSuiteOptions = {},
): void {
  let tests = 0;
  const start = async () => {
    tests += 1;
    const clock = new FakeClock();
    const pass = wait ?? (async (ms: number) => clock.advance(ms));
    return { roster: await create(clock), room: `room-${tests}`, pass };
  };

  describe(`a roster: ${name}`, () => {
    it("lists members in the order in which they joined", async () => {
      const { roster, room } = await start();
      for (const id of ["b", "a", "c"])
        expect(await roster.add(room, entry(id), 8)).toMatchObject({ ok: true, previous: undefined });
      expect((await roster.list(room)).map(({ id }) => id)).toEqual(["b", "a", "c"]);
      expect(await roster.find(room, "a")).toEqual(entry("a"));
      expect(await roster.find(room, "d")).toBeUndefined();
      expect(await roster.list(`${room}-without-members`)).toEqual([]);
    });

    it("replaces an entry of the same id in its place, and returns the one before", async () => {
      const { roster, room } = await start();
      await roster.add(room, entry("a"), 8);
      await roster.add(room, entry("b"), 8);
      const again = entry("a", { session: "another socket", metadata: { name: "Ada" } });
      expect(await roster.add(room, again, 2), "a full room admits its own member").toMatchObject({
        ok: true,
        previous: entry("a"),
      });
      expect(await roster.list(room)).toEqual([again, entry("b")]);
    });

    it("stores the node and the user of an entry, also when it is updated", async () => {
      const { roster, room } = await start();
      const ada = entry("a", { node: "node-1", user: "ada" });
      await roster.add(room, ada, 8);
      expect(await roster.find(room, "a")).toEqual(ada);
      await roster.update(room, "a", ada.session, { state: "away" });
      expect(await roster.list(room)).toEqual([{ ...ada, state: "away" }]);
    });

    it("gives the last place once, however many join at once", async () => {
      const { roster, room } = await start();
      const admissions = await Promise.all(["a", "b", "c", "d"].map(async (id) => roster.add(room, entry(id), 2)));
      expect(admissions.filter(({ ok }) => ok)).toHaveLength(2);
      expect(admissions.filter((admission) => !admission.ok)).toEqual(Array(2).fill({ ok: false, reason: "full" }));
      expect(await roster.list(room)).toHaveLength(2);
    });

    it("changes and removes an entry only for the socket that holds it", async () => {
      const { roster, room } = await start();
      await roster.add(room, entry("a"), 8);
      expect(await roster.update(room, "a", "an older socket", { state: "away" })).toBe(false);
      expect(await roster.remove(room, "a", "an older socket")).toBe(false);
      expect(await roster.update(room, "a", "socket-of-a", { state: "away", metadata: 1 })).toBe(true);
      expect(await roster.find(room, "a")).toEqual(entry("a", { state: "away", metadata: 1 }));
      expect(await roster.remove(room, "a", "socket-of-a")).toBe(true);
      expect(await roster.remove(room, "a", "socket-of-a")).toBe(false);
      expect(await roster.update(room, "a", "socket-of-a", { state: "online" })).toBe(false);
      expect(await roster.find(room, "a")).toBeUndefined();
    });

    it("gives an entry back to the socket that it was taken from, unless a newer one has it", async () => {
      const { roster, room } = await start();
      await roster.add(room, entry("a", { metadata: 1 }), 8);
      await roster.add(room, entry("a", { session: "second" }), 8);
      expect(await roster.update(room, "a", "second", entry("a", { metadata: 1 }))).toBe(true);
      expect(await roster.find(room, "a")).toEqual(entry("a", { metadata: 1 }));
      await roster.add(room, entry("a", { session: "third" }), 8);
      expect(await roster.update(room, "a", "second", entry("a"))).toBe(false);
      expect(await roster.find(room, "a")).toEqual(entry("a", { session: "third" }));
    });

    it("keeps a banned id out until the room has no members", async () => {
      const { roster, room } = await start();
      await roster.add(room, entry("a"), 8);
      await roster.ban(room, "b");
      expect(await roster.add(room, entry("b"), 8)).toEqual({ ok: false, reason: "banned" });
      expect(await roster.add(`${room}-other`, entry("b"), 8)).toMatchObject({ ok: true });
      await roster.remove(room, "a", "socket-of-a");
      expect(await roster.add(room, entry("b"), 8)).toMatchObject({ ok: true });
    });

    if (bansExpire) {
      // A clock that only time advances is given some.
      const [banMs, nearly] = wait === undefined ? [1_000, 999] : [2_000, 1_000];

      it("keeps an id that is banned for a time out until then, with and without members", async () => {
        const { roster, room, pass } = await start();
        await roster.add(room, entry("a"), 8);
        await roster.ban(room, "b", banMs);
        await roster.remove(room, "a", "socket-of-a");
        await pass(nearly);
        expect(await roster.add(room, entry("b"), 8)).toEqual({ ok: false, reason: "banned" });
        expect(await roster.add(`${room}-other`, entry("b"), 8)).toMatchObject({ ok: true });
        await roster.ban(room, "b", banMs);
        await pass(nearly);
        expect(await roster.add(room, entry("b"), 8), "the later ban counts").toMatchObject({ ok: false });
        await pass(banMs - nearly);
        expect(await roster.add(room, entry("b"), 8)).toMatchObject({ ok: true });
      });
    }

    it("bans nobody from a room without members, where the ban has no end", async () => {
      const { roster, room } = await start();
      await roster.ban(room, "b");
      expect(await roster.add(room, entry("b"), 8)).toMatchObject({ ok: true });
    });

    it("remembers the 256 latest bans of a room", async () => {
      const { roster, room } = await start();
      await roster.add(room, entry("a"), 512);
      for (let index = 0; index <= 256; index += 1) await roster.ban(room, `banned-${index}`);
      expect(await roster.add(room, entry("banned-0"), 512)).toMatchObject({ ok: true });
      expect(await roster.add(room, entry("banned-1"), 512)).toMatchObject({ ok: false });
      expect(await roster.add(room, entry("banned-256"), 512)).toMatchObject({ ok: false });
    });

    it("counts the members of every room, and forgets a room without members", async () => {
      const { roster, room } = await start();
      const names = [room, "__proto__", "constructor"];
      for (const each of names) await roster.add(each, entry("a"), 8);
      await roster.add(room, entry("b"), 8);
      const counts = async () => new Map((await roster.rooms()).map(({ name: key, peers }) => [key, peers]));
      for (const each of names) expect((await counts()).get(each)).toBe(each === room ? 2 : 1);
      for (const each of names) await roster.remove(each, "a", "socket-of-a");
      await roster.remove(room, "b", "socket-of-b");
      for (const each of names) expect((await counts()).has(each)).toBe(false);
    });
  });
}
