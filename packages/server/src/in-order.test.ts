import { describe, expect, it } from "vitest";
import { inOrder } from "./in-order.js";
import { type Member } from "./membership.js";

const member = () => ({ lastTask: undefined }) as unknown as Member;

describe("inOrder", () => {
  it("does a task at once where nothing waits, and gives its result back as it is", () => {
    const who = member();
    expect(inOrder(who, () => 7)).toBe(7);
    expect(who.lastTask).toBeUndefined();
  });

  it("does a task behind those that wait, also behind one that fails, and then at once again", async () => {
    const who = member();
    const done: string[] = [];
    const slow = inOrder(who, async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      done.push("slow");
      throw new Error("and it fails");
    });
    const quick = inOrder(who, () => void done.push("quick"));
    await expect(slow).rejects.toThrow("and it fails");
    await quick;
    expect(done).toEqual(["slow", "quick"]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(who.lastTask).toBeUndefined();
    expect(inOrder(who, () => 1)).toBe(1);
  });
});
