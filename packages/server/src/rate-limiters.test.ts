import { beforeEach, describe, expect, it } from "vitest";
import { defaultRateLimit } from "./rate-limit.js";
import { type RateLimiter } from "./rate-limiter.js";
import { RateLimiters } from "./rate-limiters.js";

describe("RateLimiters", () => {
  let now: number;
  let limiters: RateLimiters;
  beforeEach(() => {
    now = 0;
    limiters = new RateLimiters(defaultRateLimit, { now: () => now, after: () => () => undefined });
  });

  const spend = (limiter: RateLimiter): number => {
    let events = 0;
    while (limiter.take(now)) events += 1;
    return events;
  };

  it("U06: sockets of one connection spend one budget, also one after the other", () => {
    const connection = {};
    const [first, second] = [limiters.open(connection), limiters.open(connection)];
    expect(spend(first)).toBe(300);
    expect(spend(second)).toBe(0);
    limiters.close(first);
    limiters.close(second);
    expect(spend(limiters.open(connection))).toBe(0);
    expect(spend(limiters.open({})), "another connection").toBe(300);
    expect(spend(limiters.open(undefined)), "a socket without one").toBe(300);
  });

  it("U06: a key finds what was spent under it, before and after its connection has ended", () => {
    const first = limiters.open({});
    limiters.recognizePeer(first, "ada");
    spend(first);
    const second = limiters.open({});
    expect(limiters.recognizePeer(second, "ada")).toBe(true);
    expect(spend(second)).toBe(0);
    limiters.close(first);
    limiters.close(second);
    const third = limiters.open({});
    limiters.recognizePeer(third, "ada");
    expect(spend(third)).toBe(0);
    const other = limiters.open({});
    expect(limiters.recognizePeer(other, "bob")).toBe(false);
    expect(spend(other)).toBe(300);
  });

  it("U06: what a replaced connection spends afterwards is not lost with its successor", () => {
    const [first, second] = [limiters.open({}), limiters.open({})];
    limiters.recognizePeer(first, "ada");
    limiters.recognizePeer(second, "ada");
    spend(first);
    limiters.close(first);
    expect(spend(second)).toBe(0);
  });

  it("U06: a user finds what those of its clients have spent that are gone, under any key", () => {
    const [phone, laptop] = [limiters.open({}), limiters.open({})];
    for (const limiter of [phone, laptop]) limiters.recognizeUser(limiter, "ada");
    spend(phone);
    expect(spend(laptop), "each client has its own").toBe(300);
    limiters.close(phone);
    const again = limiters.open({});
    expect(limiters.recognizeUser(again, "ada")).toBe(true);
    expect(spend(again)).toBe(0);
    const other = limiters.open({});
    limiters.recognizePeer(other, "ada");
    expect(spend(other), "a peer of that name is not the user").toBe(300);
  });

  it("U06: forgets what is restored, ten seconds later at most, and no budget in use", () => {
    const [gone, stays] = [limiters.open({}), limiters.open({})];
    limiters.recognizePeer(gone, "gone");
    limiters.recognizePeer(stays, "stays");
    spend(gone);
    limiters.close(gone);
    limiters.sweep();
    expect(limiters.size).toBe(2);
    now = 10_000;
    limiters.sweep();
    expect(limiters.size).toBe(1);
    limiters.close(stays);
    now = 20_000;
    limiters.sweep();
    expect(limiters.size).toBe(0);
  });

  it("U06: remembers 10,000 names, and 16 of one client", () => {
    const busy = limiters.open({});
    for (let name = 0; name < 20_000; name += 1) limiters.recognizePeer(busy, `key-${name}`);
    expect(limiters.size).toBe(10_000);
    expect(busy.names.length).toBe(16);
    const [last, first] = [limiters.open({}), limiters.open({})];
    spend(busy);
    limiters.close(busy);
    limiters.recognizePeer(last, "key-19999");
    limiters.recognizePeer(first, "key-0");
    expect([spend(last), spend(first)]).toEqual([0, 300]);
  });
});
