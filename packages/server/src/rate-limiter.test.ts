import { describe, expect, it } from "vitest";
import { defaultRateLimit, RateLimiter } from "./rate-limiter.js";

const taken = (limiter: RateLimiter, now: number, count: number): number =>
  Array.from({ length: count }, () => limiter.take(now)).filter(Boolean).length;

describe("RateLimiter", () => {
  it("lets a burst pass, then what it forgets with time, and no more", () => {
    const limiter = new RateLimiter({ ...defaultRateLimit, perSecond: 50, burst: 300 }, () => 0);
    expect(taken(limiter, 1_000, 400)).toBe(300);
    expect(taken(limiter, 2_000, 400)).toBe(50);
    expect(taken(limiter, 2_010, 400)).toBe(0);
    expect(taken(limiter, 2_020, 400)).toBe(1);
    expect(taken(limiter, 60_000, 400)).toBe(300);
  });

  it("lets a larger burst pass with more peers, as soon as they are present", () => {
    let peers = 0;
    const limiter = new RateLimiter(defaultRateLimit, () => peers);
    expect(taken(limiter, 0, 1_000)).toBe(300);
    peers = 63;
    expect(taken(limiter, 0, 10_000)).toBe(63 * 40);
  });

  it("is exhausted by `maxRejections`, unless a pause resets the count", () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1, burstPerPeer: 0, maxRejections: 3 }, () => 0);
    expect(taken(limiter, 0, 3)).toBe(1);
    expect(limiter.exhausted).toBe(false);
    taken(limiter, 5_000, 2);
    expect(limiter.exhausted).toBe(false);
    taken(limiter, 5_500, 2);
    expect(limiter.exhausted).toBe(true);
  });

  it("never rejects an honest peer at the sustained rate", () => {
    const limiter = new RateLimiter(defaultRateLimit, () => 0);
    for (let now = 0; now < 100_000; now += 20) expect(limiter.take(now)).toBe(true);
  });
});
