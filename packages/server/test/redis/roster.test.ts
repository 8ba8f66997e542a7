import { redisRoster } from "@sig/server/redis";
import { createClientPool, createCluster, createSentinel } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeRoster } from "../roster-suite.js";
import { hasRedis, RedisServer, type Client } from "./redis-server.js";

it.each([
  ["a Redis Cluster", createCluster({ rootNodes: [{ url: "redis://127.0.0.1:1" }] }), "docs/scaling.md"],
  ["a pool", createClientPool({ url: "redis://127.0.0.1:1" }), "unlike a pool"],
  [
    "a Sentinel",
    createSentinel({ name: "primary", sentinelRootNodes: [{ host: "127.0.0.1", port: 1 }] }),
    "fixed address",
  ],
  ["nothing", undefined, "made by createClient"],
])("redisRoster throws for a client of %s, and says what to do", (_, client, advice) => {
  expect(() => redisRoster(client as never)).toThrow(advice);
});

describe.skipIf(!hasRedis)("with a Redis", () => {
  let server: RedisServer;
  let client: Client;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = await server.connect();
  });
  afterAll(async () => server.close());

  describeRoster("in Redis", () => redisRoster(client), { wait: realTime });

  describe("redisRoster", () => {
    it("keeps the rooms of different prefixes apart", async () => {
      const [one, other] = ["sig:/one", "sig:/other"].map((prefix) => redisRoster(client, { prefix }));
      const entry = { id: "a", keyed: true, state: "online", session: "s" } as const;
      await one!.add("r", entry, 8);
      expect(await other!.list("r")).toEqual([]);
      expect(await other!.rooms()).toEqual([]);
      expect(await one!.rooms()).toEqual([{ name: "r", peers: 1 }]);
    });

    it("keeps rooms apart and lists their names, whatever characters these hold", async () => {
      const roster = redisRoster(client, { prefix: "names" });
      const long = "x".repeat(256);
      const names = ["", " ", "{", "}", "{}", "{a}", "a}:members", "a", "a:members", "=a", "%003a", ":", "nodes"];
      names.push("{nodes}:alive", "\n", "\0", "a b", "ä", "a\u0308", "😀", "\ud83d", "\ude00", "__proto__", long);
      names.push(`${long.slice(1)}y`, "*", "[a]", "?", "\\", "'", '"', "\r\n", "A");
      for (const [index, name] of names.entries()) {
        const entry = { id: `peer ${name}`, keyed: true, state: "online", session: name, joinedAt: index } as const;
        expect(await roster.add(name, entry, 1), JSON.stringify(name)).toMatchObject({ ok: true });
      }
      for (const [index, name] of names.entries())
        expect((await roster.list(name)).map(({ joinedAt }) => joinedAt)).toEqual([index]);
      const listed = (await roster.rooms()).map(({ name }) => name);
      expect(listed.sort()).toEqual([...names].sort());
      for (const name of names) expect(await roster.remove(name, `peer ${name}`, name)).toBe(true);
      expect(await roster.rooms()).toEqual([]);
      expect(await client.keys("names:*"), "nothing is left of them").toEqual([]);
    });

    it("has one observer", async () => {
      const roster = redisRoster(client);
      const none = (): void => {};
      const observer = {
        onChange: none,
        onRoom: none,
        onAdopted: none,
        onReturned: none,
        onMessage: none,
        onFault: none,
      };
      const end = roster.observe(observer);
      expect(() => roster.observe(observer)).toThrow("A roster has one observer");
      await end();
      await end();
    });

    it("keeps fields that it does not know, empty lists and long numbers", async () => {
      const roster = redisRoster(client);
      const entry = {
        ...({ id: "a", keyed: true, state: "online", session: "s" } as const),
        metadata: { list: [], nothing: null, long: 1234567890123456, fraction: 0.1 },
        later: { of: [[]] },
      };
      await roster.add("fields", entry, 8);
      await roster.update("fields", "a", "s", { state: "away" });
      expect(await redisRoster(client).list("fields")).toEqual([{ ...entry, state: "away" }]);
    });

    it("keeps banned users out, and only them", async () => {
      const roster = redisRoster(client);
      const entry = (id: string, user?: string) => ({ id, user, keyed: true, state: "online", session: id }) as const;
      await roster.add("users", entry("a", "ada"), 8);
      await roster.banUser("users", "bob");
      expect(await roster.add("users", entry("b", "bob"), 8)).toEqual({ ok: false, reason: "banned" });
      expect(await roster.add("users", entry("bob", "carol"), 8)).toMatchObject({ ok: true });
      expect(await roster.add("users", entry("d"), 8)).toMatchObject({ ok: true });
    });

    it("returns the room right after the join", async () => {
      const roster = redisRoster(client);
      const entry = (id: string) => ({ id, keyed: true, state: "online", session: id }) as const;
      await roster.add("members", entry("b"), 8);
      expect(await roster.add("members", entry("a"), 8)).toEqual({
        ok: true,
        previous: undefined,
        members: [entry("b"), entry("a")],
      });
    });
  });
});

/** Timers may be early by a millisecond, measured by the clock of another process. */
async function realTime(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms + 20));
}
