import { describe, expect, it } from "vitest";
import { defaultRateLimit, type RateLimit } from "./rate-limit.js";
import { RateLimiter } from "./rate-limiter.js";

const limiterOf = (limit: Partial<RateLimit> = {}) => new RateLimiter({ ...defaultRateLimit, ...limit });
const taken = (limiter: RateLimiter, now: number, count: number, countPeers?: () => number): number =>
  Array.from({ length: count }, () => limiter.take(now, countPeers)).filter(Boolean).length;

describe("RateLimiter", () => {
  it("lets a burst pass, then what it forgets with time, and no more", () => {
    const limiter = limiterOf({ perSecond: 50, burst: 300 });
    expect(taken(limiter, 1_000, 400)).toBe(300);
    expect(taken(limiter, 2_000, 400)).toBe(50);
    expect(taken(limiter, 2_010, 400)).toBe(0);
    expect(taken(limiter, 2_020, 400)).toBe(1);
    expect(taken(limiter, 60_000, 400)).toBe(300);
  });

  it("lets a larger burst of candidates pass with more peers, as soon as they are present", () => {
    let peers = 0;
    const limiter = limiterOf();
    expect(taken(limiter, 0, 1_000, () => peers)).toBe(300);
    peers = 63;
    expect(taken(limiter, 0, 10_000, () => peers)).toBe(63 * 40);
    expect(
      taken(limiter, 1_000, 1_000, () => peers),
      "one rate for all of them",
    ).toBe(50);
  });

  it("U06: offers, answers and candidates leave half of the burst to other events", () => {
    const limiter = limiterOf();
    expect(taken(limiter, 0, 2_000, () => 63)).toBe(2_000);
    expect(taken(limiter, 0, 1_000)).toBe(150);
  });

  it("counts what comes with an event that passed, and is owed what exceeds the burst", () => {
    const limiter = limiterOf({ perSecond: 1, burst: 10 });
    const nobody = (): number => 0;
    expect(taken(limiter, 0, 9)).toBe(9);
    expect(limiter.take(0, nobody)).toBe(true);
    limiter.charge(5, nobody);
    expect(taken(limiter, 5_000, 1)).toBe(0);
    expect(taken(limiter, 6_000, 2)).toBe(1);
  });

  it("counts the candidates of a bundle on account of the peers that are online, as long as they fit", () => {
    const limiter = limiterOf({ burst: 10, burstPerPeer: 4 });
    const two = (): number => 2;
    expect(taken(limiter, 0, 5, two)).toBe(5);
    limiter.charge(8, two);
    expect(taken(limiter, 0, 10, two)).toBe(5);
  });

  it("U06: only offers, answers and candidates get the burst for each peer", () => {
    expect(taken(limiterOf(), 0, 10_000)).toBe(300);
  });

  it("is exhausted by `maxRejections`, unless a pause resets the count", () => {
    const limiter = limiterOf({ perSecond: 1, burst: 1, burstPerPeer: 0, maxRejections: 3 });
    expect(taken(limiter, 0, 3)).toBe(1);
    expect(limiter.exhausted).toBe(false);
    taken(limiter, 5_000, 2);
    expect(limiter.exhausted).toBe(false);
    taken(limiter, 5_500, 2);
    expect(limiter.exhausted).toBe(true);
  });

  it("never rejects an honest peer at the sustained rate", () => {
    const limiter = limiterOf();
    for (let now = 0; now < 100_000; now += 20) expect(limiter.take(now)).toBe(true);
  });

  it("U06: deliveries have a budget of their own, and are rejected beyond it", () => {
    const limiter = limiterOf();
    const broadcasts = (now: number) =>
      Array.from({ length: 1_000 }, () => limiter.takeDeliveries(now, 15)).filter(Boolean).length;
    expect(broadcasts(0)).toBe(266);
    expect(broadcasts(3_000)).toBe(200);
    expect(limiter.exhausted).toBe(true);
    expect(limiter.take(3_000), "events are not affected").toBe(true);
  });

  it("U06: more receivers than the burst has deliveries are reached after a pause", () => {
    const limiter = limiterOf({ deliveryBurst: 100, deliveriesPerSecond: 100 });
    expect([0, 1_000, 5_000].map((now) => limiter.takeDeliveries(now, 500))).toEqual([true, false, true]);
  });

  it("U06: an answer is charged with half of the burst at most", () => {
    const limiter = limiterOf();
    limiter.chargeDeliveries(0, 1_000_000);
    expect(limiter.takeDeliveries(0, 2_000)).toBe(true);
    expect(limiter.mayAsk(0, 1)).toBe(false);
    expect(limiter.mayAsk(1, 1)).toBe(true);
  });

  it("U06: rejected joins cost more and more, until a pause", () => {
    const limiter = limiterOf();
    const attempts = (now: number): number => {
      let count = 0;
      for (; limiter.mayAsk(now, 1); count += 1) limiter.chargeRejectedJoin(now);
      return count;
    };
    expect(attempts(0)).toBe(7);
    expect(attempts(1_151), "what was over the burst is forgotten first").toBe(1);
    expect(attempts(2_150)).toBe(0);
    expect(attempts(60_000)).toBe(7);
  });

  it("U06: inherits what was spent elsewhere, where that is more", () => {
    const [limiter, other] = [limiterOf(), limiterOf()];
    taken(other, 0, 280);
    limiter.inherit(other, 0);
    limiter.inherit(limiterOf(), 0);
    expect(taken(limiter, 0, 100)).toBe(20);
    expect([limiter.isRestored(5_000), limiter.isRestored(6_000)]).toEqual([false, true]);
  });
});
