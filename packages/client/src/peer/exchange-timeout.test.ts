import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { ExchangeTimeout } from "./exchange-timeout.js";

/** A timeout of ten seconds over a route, and its calls, each with its time. */
function start(): { timeout: ExchangeTimeout; clock: FakeClock; route: { open: boolean }; done: string[] } {
  const clock = new FakeClock();
  const route = { open: true };
  const done: string[] = [];
  const note = (what: string): void => void done.push(`${what} ${String(clock.now())}`);
  const listener = { resend: () => note("resend"), giveUp: () => note("give up") };
  return { timeout: new ExchangeTimeout(10_000, clock, route, listener), clock, route, done };
}

describe("the timeout of an exchange", () => {
  it("resends every ten seconds, three times, then gives the connection up", async () => {
    const { timeout, clock, done } = start();
    timeout.exchangeChanged("a-1");
    await clock.advance(45_000);
    expect(done).toEqual(["resend 10000", "resend 20000", "resend 30000", "give up 40000"]);
  });

  it("resends again after it gave up, for an exchange that continues", async () => {
    const { timeout, clock, done } = start();
    timeout.exchangeChanged("a-1");
    await clock.advance(55_000);
    expect(done.at(-1)).toBe("resend 50000");
  });

  it("ends with the exchange", async () => {
    const { timeout, clock, done } = start();
    timeout.exchangeChanged("a-1");
    timeout.exchangeChanged(undefined);
    expect(clock.pending).toBe(0);
    await clock.advance(20_000);
    expect(done).toEqual([]);
  });

  it("continues when the same exchange is reported again", async () => {
    const { timeout, clock, done } = start();
    timeout.exchangeChanged("a-1");
    await clock.advance(9_000);
    timeout.exchangeChanged("a-1");
    expect(timeout.elapsedMs).toBe(9_000);
    await clock.advance(1_000);
    expect(done).toEqual(["resend 10000"]);
  });

  it("counts again from zero for the next exchange", async () => {
    const { timeout, clock, done } = start();
    timeout.exchangeChanged("a-1");
    await clock.advance(35_000);
    timeout.exchangeChanged("b-1");
    expect(timeout.elapsedMs).toBe(0);
    await clock.advance(10_000);
    expect(done.at(-1)).toBe("resend 45000");
  });

  it("stops while the peer is unreachable", async () => {
    const { timeout, clock, route, done } = start();
    timeout.exchangeChanged("a-1");
    await clock.advance(9_000);
    route.open = false;
    timeout.restart();
    expect(clock.pending).toBe(0);
    await clock.advance(20_000);
    route.open = true;
    timeout.restart();
    await clock.advance(10_000);
    expect(done).toEqual(["resend 39000"]);
  });

  it("does not start for an exchange that begins while the peer is unreachable", async () => {
    const { timeout, clock, route, done } = start();
    route.open = false;
    timeout.exchangeChanged("a-1");
    await clock.advance(20_000);
    expect(done).toEqual([]);
  });
});
