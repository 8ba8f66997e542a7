import { redisRoster } from "@sig/server/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newKey } from "../client.js";
import { long } from "../hostile/attacked.js";
import { startMemoryService, type MemorySocket } from "../memory-service.js";
import { hasRedis, RedisServer } from "./redis-server.js";

/** The changes of rooms, and those who come back. */
const entries = long ? 10_000 : 1_000;
const returns = long ? 500 : 200;
const rooms = returns / 10;

describe.skipIf(!hasRedis)("T24: coming back", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => redis.close());

  it(`T24: returns after ${String(entries)} changes cost Redis twice as much as first joins at most`, async () => {
    const observer = await redis.connect();
    const fields = async (section: string) => {
      const text = await observer.info(section);
      return (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(text)?.[1]);
    };
    /** Bytes that Redis has sent, and the milliseconds that its processor has worked. */
    const cost = async (run: () => Promise<void>) => {
      const read = async () => [
        (await fields("stats"))("total_net_output_bytes"),
        ((await fields("cpu"))("used_cpu_user") + (await fields("cpu"))("used_cpu_sys")) * 1_000,
      ];
      const before = await read();
      await run();
      const after = await read();
      return { bytes: after[0]! - before[0]!, ms: after[1]! - before[1]! };
    };

    const roster = redisRoster(await redis.connect());
    const { connect, signaling } = startMemoryService({ roster, rateLimit: false });
    const roomOf = (index: number) => `room ${String(index % rooms)}`;
    const keys = Array.from({ length: returns }, newKey);
    const members: MemorySocket[] = [];
    for (const [index, key] of keys.entries()) {
      const member = connect();
      expect(await member.join(roomOf(index), { key })).toMatchObject({ ok: true });
      members.push(member);
    }

    /** Others come into the same rooms for the first time, and leave. */
    const joins = await cost(async () => {
      for (let index = 0; index < returns; index += 1) {
        const guest = connect();
        expect(await guest.join(roomOf(index))).toMatchObject({ ok: true });
        await guest.call("exit", { room: roomOf(index) });
      }
      await signaling.rooms();
    });
    for (let change = 0; change < entries; change += 1) {
      const index = change % returns;
      expect(await members[index]!.call("metadata", { room: roomOf(index), metadata: change })).toEqual({ ok: true });
    }
    // Everything before it has been written.
    expect(await signaling.rooms()).toHaveLength(rooms);
    const again = await cost(async () => {
      for (const [index, key] of keys.entries()) {
        members[index]!.disconnect();
        expect(await connect().join(roomOf(index), { key })).toMatchObject({ ok: true, resumed: true });
      }
      await signaling.rooms();
    });
    expect(again.bytes).toBeLessThanOrEqual(2 * joins.bytes);
    // Too short to be compared.
    expect(again.ms).toBeLessThanOrEqual(2 * Math.max(joins.ms, 100));
  });
});
