import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { FakeClock } from "../../src/testing/index.js";

it("a fake clock runs timers in order of time, and lets promises settle between them", async () => {
  const clock = new FakeClock();
  const seen: unknown[] = [];
  clock.after(20, () => seen.push(["second", clock.now()]));
  clock.after(10, () => {
    seen.push(["first", clock.now()]);
    void (async () => {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      seen.push(["settled", clock.now()]);
      clock.after(5, () => seen.push(["from a promise", clock.now()]));
    })();
  });
  const cancel = clock.after(12, () => seen.push("never"));
  cancel();
  cancel();
  expect(clock.pending).toBe(2);
  await clock.advance(16);
  expect(clock.now()).toBe(16);
  await clock.advance(100);
  expect(seen).toEqual([
    ["first", 10],
    ["settled", 10],
    ["from a promise", 15],
    ["second", 20],
  ]);
  expect([clock.pending, clock.ran]).toEqual([0, 3]);
});

it("a fake clock advances until a promise settles, and rejects if no timer can settle it", async () => {
  const clock = new FakeClock();
  expect(await clock.settle(new Promise((resolve) => void clock.after(50_000, () => resolve("done"))))).toBe("done");
  expect(clock.now()).toBe(50_000);
  await expect(clock.settle(new Promise(() => undefined))).rejects.toThrow("no timer is left");
  const cancel = clock.after(70_000, () => undefined);
  await expect(clock.settle(new Promise(() => undefined))).rejects.toThrow("Not settled within 60000 ms.");
  expect(await clock.runOut({ withinMs: 1000 })).toBe(false);
  cancel();
  expect(await clock.runOut()).toBe(true);
  await expect(clock.settle(Promise.reject(new Error("mine")))).rejects.toThrow("mine");
});

it("a fake clock stands still until a promise settles or fails that it waits for", async () => {
  const clock = new FakeClock();
  clock.waitFor(setTimeout(30).then(() => expect(clock.now()).toBe(0)));
  clock.waitFor(Promise.reject(new Error("The module is out of reach.")));
  await clock.advance(10);
  expect(clock.now()).toBe(10);
});
