import { describe, expect, it } from "vitest";
import { inOrder } from "./in-order.js";
import { type Membership } from "./membership.js";

const newMember = (): Pick<Membership, "lastTask"> => ({ lastTask: undefined });

describe("inOrder", () => {
  it("runs a task at once where none waits, and returns its result as it is", () => {
    const member = newMember();
    expect(inOrder(member, () => 7)).toBe(7);
    expect(member.lastTask).toBeUndefined();
  });

  it("runs a task behind those that wait, also behind one that fails, and then at once again", async () => {
    const member = newMember();
    const done: string[] = [];
    const slow = inOrder(member, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done.push("slow");
      throw new Error("and it fails");
    });
    const quick = inOrder(member, () => void done.push("quick"));
    await expect(slow).rejects.toThrow("and it fails");
    await quick;
    expect(done).toEqual(["slow", "quick"]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(member.lastTask).toBeUndefined();
    expect(inOrder(member, () => 1)).toBe(1);
  });
});
