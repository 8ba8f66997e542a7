import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultRecovery } from "../negotiation/recovery-defaults.js";
import { FakeClock } from "../testing/fake-clock.js";
import { RetryTimer } from "./retry-timer.js";

afterEach(() => vi.restoreAllMocks());

/** A timer whose waits have their greatest length, and the times at which it runs. */
function start() {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const clock = new FakeClock();
  const timer = new RetryTimer({ clock, recovery: { ...defaultRecovery, rejoinDelayMs: 500, rejoinMaxDelayMs: 3000 } });
  const times: number[] = [];
  const run = (): void => void times.push(clock.now());
  return { clock, timer, times, run };
}

describe("the waits between attempts", () => {
  it("double up to the longest, and begin again after a success", async () => {
    const { clock, timer, times, run } = start();
    for (let attempt = 0; attempt < 5; attempt++) {
      timer.schedule(run);
      await clock.runOut();
    }
    timer.succeeded();
    timer.schedule(run);
    await clock.runOut();
    const waits = times.map((time, index) => time - (times[index - 1] ?? 0));
    expect(waits).toEqual([500, 1000, 2000, 3000, 3000, 500]);
  });

  it("stay finite after a thousand attempts, also where they may grow for ever", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const waits: number[] = [];
    const clock = { now: () => 0, after: (ms: number) => (waits.push(ms), () => undefined) };
    const recovery = { ...defaultRecovery, rejoinDelayMs: 1, rejoinMaxDelayMs: Number.MAX_VALUE };
    const timer = new RetryTimer({ clock, recovery });
    for (let attempt = 0; attempt < 1100; attempt++) timer.schedule(() => undefined);
    expect(waits.at(-1)).toBe(2 ** 29);
  });

  it("are random below that, and longer by what is added", async () => {
    const { clock, timer, times, run } = start();
    vi.mocked(Math.random).mockReturnValue(0.5);
    timer.schedule(run, 100);
    await clock.runOut();
    expect(times).toEqual([350]);
  });

  it("replace each other, and end without a call if they are canceled or an attempt succeeds", async () => {
    const { clock, timer, times, run } = start();
    timer.after(50, run);
    timer.after(80, run);
    await clock.runOut();
    expect(times).toEqual([80]);
    timer.after(50, run);
    timer.cancel();
    timer.schedule(run);
    timer.succeeded();
    await clock.runOut();
    expect(times).toEqual([80]);
  });
});
