import { type Roster, type RosterEntry } from "@sig/server";
import { describe, expect, it } from "vitest";

const entry = (id: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
  id,
  keyed: true,
  state: "online",
  session: `socket-of-${id}`,
  ...more,
});

/** How every roster behaves. Rooms of one test are its own, so that a roster whose memory is shared can be run through it too. */
export function describeRoster(name: string, create: () => Roster | Promise<Roster>): void {
  let tests = 0;
  const set = async () => {
    tests += 1;
    return { roster: await create(), room: `room-${tests}` };
  };

  describe(`a roster: ${name}`, () => {
    it("lists members in the order in which they joined", async () => {
      const { roster, room } = await set();
      for (const id of ["b", "a", "c"])
        expect(await roster.add(room, entry(id), 8)).toEqual({ ok: true, previous: undefined });
      expect(roster.list(room).map(({ id }) => id)).toEqual(["b", "a", "c"]);
      expect(roster.find(room, "a")).toEqual(entry("a"));
      expect(roster.find(room, "d")).toBeUndefined();
      expect(roster.list(`${room}-of-nobody`)).toEqual([]);
    });

    it("replaces an entry of the same id in its place, and says what was there", async () => {
      const { roster, room } = await set();
      await roster.add(room, entry("a"), 8);
      await roster.add(room, entry("b"), 8);
      const again = entry("a", { session: "another socket", metadata: { name: "Ada" } });
      expect(await roster.add(room, again, 2), "a room that is full has a place for its own").toEqual({
        ok: true,
        previous: entry("a"),
      });
      expect(roster.list(room)).toEqual([again, entry("b")]);
    });

    it("gives the last place once, to however many that come for it at once", async () => {
      const { roster, room } = await set();
      const admissions = await Promise.all(["a", "b", "c", "d"].map(async (id) => roster.add(room, entry(id), 2)));
      expect(admissions.filter(({ ok }) => ok)).toHaveLength(2);
      expect(admissions.filter((admission) => !admission.ok)).toEqual(Array(2).fill({ ok: false, reason: "full" }));
      expect(roster.list(room)).toHaveLength(2);
    });

    it("changes and removes an entry only for the socket that holds it", async () => {
      const { roster, room } = await set();
      await roster.add(room, entry("a"), 8);
      expect(await roster.update(room, "a", "an older socket", { state: "away" })).toBe(false);
      expect(await roster.remove(room, "a", "an older socket")).toBe(false);
      expect(await roster.update(room, "a", "socket-of-a", { state: "away", metadata: 1 })).toBe(true);
      expect(roster.find(room, "a")).toEqual(entry("a", { state: "away", metadata: 1 }));
      expect(await roster.remove(room, "a", "socket-of-a")).toBe(true);
      expect(await roster.remove(room, "a", "socket-of-a")).toBe(false);
      expect(await roster.update(room, "a", "socket-of-a", { state: "online" })).toBe(false);
      expect(roster.find(room, "a")).toBeUndefined();
    });

    it("keeps a banned id out until the room has no members", async () => {
      const { roster, room } = await set();
      await roster.add(room, entry("a"), 8);
      await roster.ban(room, "b");
      expect(await roster.add(room, entry("b"), 8)).toEqual({ ok: false, reason: "banned" });
      expect(await roster.add(`${room}-other`, entry("b"), 8)).toMatchObject({ ok: true });
      await roster.remove(room, "a", "socket-of-a");
      expect(await roster.add(room, entry("b"), 8)).toMatchObject({ ok: true });
    });

    it("bans nobody from a room that is not there", async () => {
      const { roster, room } = await set();
      await roster.ban(room, "b");
      expect(await roster.add(room, entry("b"), 8)).toMatchObject({ ok: true });
    });

    it("remembers the 256 latest bans of a room, however many there are", async () => {
      const { roster, room } = await set();
      await roster.add(room, entry("a"), 512);
      for (let index = 0; index <= 256; index += 1) await roster.ban(room, `banned-${index}`);
      expect(await roster.add(room, entry("banned-0"), 512)).toMatchObject({ ok: true });
      expect(await roster.add(room, entry("banned-1"), 512)).toMatchObject({ ok: false });
      expect(await roster.add(room, entry("banned-256"), 512)).toMatchObject({ ok: false });
    });

    it("knows every room that has members, and forgets one that has none", async () => {
      const { roster, room } = await set();
      const names = [room, "__proto__", "constructor"].map((part) => part);
      for (const name of names) await roster.add(name, entry("a"), 8);
      await roster.add(room, entry("b"), 8);
      const counts = async () => new Map((await roster.rooms()).map(({ name: key, peers }) => [key, peers]));
      for (const name of names) expect((await counts()).get(name)).toBe(name === room ? 2 : 1);
      for (const name of names) await roster.remove(name, "a", "socket-of-a");
      await roster.remove(room, "b", "socket-of-b");
      for (const name of names) expect((await counts()).has(name)).toBe(false);
    });
  });
}
