import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/fake-clock.js";
import { AddressLimiter } from "./address-limiter.js";

function limiter(perAddress: number, perSecond: number | undefined) {
  const clock = new FakeClock();
  return { clock, limiter: new AddressLimiter(perAddress, perSecond, clock) };
}

const times = (count: number, run: () => boolean): number => Array.from({ length: count }, run).filter(Boolean).length;

describe("connections by address", () => {
  it("T18: as many as the limit are open at a time, and each that ends makes room for one", () => {
    const { limiter: limit } = limiter(3, undefined);
    expect(times(5, () => limit.take("a"))).toBe(3);
    expect(limit.take("b"), "another address").toBe(true);
    limit.release("a");
    expect([limit.take("a"), limit.take("a")]).toEqual([true, false]);
    expect(limit.connections).toBe(4);
  });

  it("T18: after a pause the whole limit may come at once, and then so many a second", () => {
    const { limiter: limit, clock } = limiter(20, 4);
    const come = () => {
      const isAllowed = limit.take("a");
      if (isAllowed) limit.release("a");
      return isAllowed;
    };
    expect(times(100, come)).toBe(20);
    clock.advance(250);
    expect(times(100, come), "rejected ones cost nothing").toBe(1);
    clock.advance(1_000);
    expect(times(100, come)).toBe(4);
    clock.advance(3_600_000);
    expect(times(100, come)).toBe(20);
  });

  it("T18: an end that was not counted changes nothing", () => {
    const { limiter: limit } = limiter(1, undefined);
    limit.release("a");
    expect([limit.take("a"), limit.take("a"), limit.connections]).toEqual([true, false, 1]);
  });

  it("T18: an address is forgotten once it has no connection and its allowance is restored", () => {
    const { limiter: limit, clock } = limiter(10, 10);
    limit.take("a");
    limit.release("a");
    expect(limit.addresses).toBe(1);
    clock.advance(100);
    limit.take("b");
    limit.release("b");
    expect(limit.addresses).toBe(1);
  });

  it("T18: at most 10,000 addresses without a connection are remembered", () => {
    const { limiter: limit } = limiter(10, 10);
    limit.take("stays");
    for (let address = 0; address < 30_000; address += 1) {
      limit.take(String(address));
      limit.release(String(address));
    }
    expect([limit.addresses, limit.connections]).toEqual([10_001, 1]);
  });
});
