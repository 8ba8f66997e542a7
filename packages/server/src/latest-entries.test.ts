import { describe, expect, it } from "vitest";
import { LatestEntries } from "./latest-entries.js";

describe("the latest entries", () => {
  it("are as many as the bound, those that were set last, the oldest first", () => {
    const entries = new LatestEntries<number>(3);
    for (let at = 0; at < 5; at += 1) entries.set(String(at), at);
    expect([...entries]).toEqual([
      ["2", 2],
      ["3", 3],
      ["4", 4],
    ]);
    expect([entries.size, entries.has("1"), entries.get("2")]).toEqual([3, false, 2]);
  });

  it("include one that was set again, with its new value", () => {
    const entries = new LatestEntries<number>(2);
    entries.set("a", 1);
    entries.set("b", 2);
    entries.set("a", 3);
    entries.set("c", 4);
    expect([...entries]).toEqual([
      ["a", 3],
      ["c", 4],
    ]);
  });

  it("are the same as of a list that is cut, whatever is set and removed in between", () => {
    const entries = new LatestEntries<number>(50);
    let expected: [string, number][] = [];
    let random = 1;
    for (let step = 0; step < 20_000; step += 1) {
      random = (random * 48_271) % 2_147_483_647;
      const key = String(random % 120);
      expected = expected.filter(([other]) => other !== key);
      if (random % 7 === 0) entries.delete(key);
      else {
        entries.set(key, step);
        expected = [...expected, [key, step] as [string, number]].slice(-50);
      }
      if (step % 100 === 0 || entries.size !== expected.length) expect([...entries]).toEqual(expected);
    }
    for (const [key] of expected) entries.delete(key);
    expect(entries.size).toBe(0);
    for (let at = 0; at < 60; at += 1) entries.set(`new ${String(at)}`, at);
    expect([...entries].map(([, value]) => value)).toEqual(Array.from({ length: 50 }, (_, at) => at + 10));
  });
});
