import { redisRoster } from "@sig/server/redis";
import type { SharedRoster } from "@sig/server";
import { FakeClock } from "@sig/client/testing";
import { expect, it } from "vitest";
import { createRandom, oneOf, type Random } from "../../../packages/client/test/exploration/seeded-randomness.js";
import { hasRedis, RedisServer } from "../../../packages/server/test/redis/redis-server.js";
import { SimulatedRedis } from "./simulated-redis.js";

const room = "r";
const nodesKey = "model:{nodes}:alive";
const ids = ["a", "b", "c"];

/** A command that nodes have sent to the model, and what came of it. */
interface Sent {
  readonly args: readonly string[];
  readonly reply: unknown;
  readonly published: readonly string[];
}

/** Two nodes do random things to one room; then a third one finds a dead node. Returns what they have sent. */
async function walk(seed: number): Promise<Sent[]> {
  const random = createRandom(seed);
  // No two versions may be the same: each reading of the clock is a later one.
  let now = Date.now();
  const redis = new SimulatedRedis(() => ++now);
  const all: Sent[] = [];
  let published: string[] = [];
  redis.observe((message) => published.push(message));
  const sendCommand = async (args: string[]): Promise<unknown> => {
    published = [];
    const reply = redis.execute(args);
    all.push({ args, reply, published });
    return Promise.resolve(reply);
  };
  const createRoster = (name: string): SharedRoster =>
    redisRoster(
      { sendCommand, duplicate: noSubscriber },
      { clock: new FakeClock(), prefix: "model", randomBytes: (size) => Buffer.alloc(size, name) },
    );
  const rosters = [createRoster("one"), createRoster("two")];
  for (let step = 0; step < 40; step++) {
    if (random.chance(0.05)) await sendCommand(["DEL", "model:{=r}:members", "model:{=r}:version"]);
    await takeStep(random, oneOf(random, rosters));
  }
  const lastBeat = Date.now() - oneOf(random, [0, 60_000]);
  await sendCommand(["ZADD", nodesKey, String(lastBeat), oneOf(random, rosters).node]);
  const third = createRoster("three");
  const leave = third.observe({
    onChange: ignore,
    onRoom: ignore,
    onAdopted: ignore,
    onReturned: ignore,
    onMessage: ignore,
    onFault: ignore,
  });
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  await leave();
  return all;
}

function noSubscriber(): never {
  throw new Error("What is published is observed by the test.");
}

function ignore(): void {
  // What a node makes of it is not compared.
}

/** Versions are taken from the time: those of the model stand for those of Redis. */
class Versions {
  readonly #ofRedis = new Map<string, string>();

  /** Learns which versions are the same, by the place of each in the same text. */
  learn(inModel: string, inRedis: string): void {
    const [ours, theirs] = [inModel, inRedis].map((text) => text.match(version) ?? []);
    for (const [index, one] of (ours ?? []).entries()) {
      const other = theirs?.[index];
      if (other !== undefined && !this.#ofRedis.has(one)) this.#ofRedis.set(one, other);
    }
  }

  translate(text: string): string {
    return text.replace(version, (one) => this.#ofRedis.get(one) ?? one);
  }
}

const version = /\d{16}/g;

/** As text, in which neither sets nor hashes have an order. Members of one time may be in any. */
function textOf([name]: readonly string[], reply: unknown, published: readonly string[]): string {
  const isSet = name === "SUNION" || name === "ZRANGE";
  return JSON.stringify([isSet ? [...(reply as Iterable<string>)].sort() : sorted(reply), published]);
}

/** A hash is an object or a list, as the protocol has it. */
function sorted(value: unknown): unknown {
  if (typeof value === "object" && value?.constructor === Object) return sorted(Object.entries(value).flat());
  if (!Array.isArray(value)) return value;
  const items: unknown[] = value.map(sorted);
  const isHash = items.length > 0 && items.length % 2 === 0;
  if (!isHash || !items.every((item) => typeof item === "string")) return items;
  const pairs = items.flatMap((field, index) => (index % 2 === 0 ? [[field, items[index + 1]] as const] : []));
  return pairs.sort(([one], [other]) => (one < other ? -1 : 1)).flat();
}

async function takeStep(random: Random, roster: SharedRoster): Promise<void> {
  const [id, session] = [oneOf(random, ids), oneOf(random, ["s", "t"])];
  const { node } = roster;
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2: {
      const user = random.chance(0.5) ? { user: "u" } : {};
      await roster.add(room, { id, keyed: true, state: "online", session, node, ...user }, 2);
      return;
    }
    case 3:
      if (random.chance(0.5)) await roster.update(room, id, session, { attributes: random.below(5) });
      else await roster.update(room, id, session, { state: oneOf(random, ["online", "away"] as const) });
      return;
    case 4:
      await roster.remove(room, id, session, oneOf(random, ["lost", "kicked"] as const));
      return;
    case 5:
      await roster.update(room, id, session, { session: "v", node: oneOf(random, [node, "elsewhere"]) });
      return;
    case 6:
      if (random.chance(0.5)) await roster.ban(room, id, random.chance(0.5) ? 60_000 : undefined);
      else await roster.banUser(room, "u", random.chance(0.5) ? 60_000 : undefined);
      return;
    default:
      await roster.list(room);
      await roster.rooms();
  }
}

it.skipIf(!hasRedis)("the model of Redis gives the replies of Redis itself, and publishes the same", async () => {
  const server = await RedisServer.start();
  try {
    const [client, subscriber] = [await server.connect(), await server.connect()];
    let published: string[] = [];
    await subscriber.pSubscribe("model:node:*", (message) => published.push(message));
    for (let seed = 1; seed <= 30; seed++) {
      const all = await walk(seed);
      expect(all.length).toBeGreaterThan(40);
      await client.sendCommand(["FLUSHALL"]);
      const versions = new Versions();
      for (const sent of all) {
        published = [];
        const reply: unknown = await client.sendCommand(sent.args.map((arg) => versions.translate(arg)));
        // What was published before the reply arrives on another connection.
        await subscriber.ping();
        const inModel = textOf(sent.args, sent.reply, sent.published);
        const inRedis = textOf(sent.args, reply, published);
        versions.learn(inModel, inRedis);
        expect(versions.translate(inModel), `seed ${String(seed)}: ${sent.args.join(" ")}`).toBe(inRedis);
      }
    }
  } finally {
    await server.close();
  }
});
