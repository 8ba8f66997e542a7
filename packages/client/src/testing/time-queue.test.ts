import fc from "fast-check";
import { expect, it } from "vitest";
import { TimeQueue } from "./time-queue.js";

it("returns items in order of their time, and those of the same time in the order in which they were added", () => {
  const pushOrPop = fc.option(fc.nat(5), { nil: undefined });
  fc.assert(
    fc.property(fc.array(pushOrPop), (steps) => {
      const queue = new TimeQueue<{ at: number; added: number }>();
      const expected: { at: number; added: number }[] = [];
      for (const [added, at] of steps.entries()) {
        if (at === undefined) expect(queue.pop()).toEqual(expected.shift());
        else {
          queue.push({ at, added });
          expected.push({ at, added });
          expected.sort((one, other) => one.at - other.at || one.added - other.added);
        }
        expect(queue.first).toEqual(expected[0]);
      }
    }),
  );
});
