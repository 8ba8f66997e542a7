import { describe, expect, it } from "vitest";
import { PendingMessages } from "./pending-messages.js";

const message = (from: string, text: string) => ({ payload: { from, text } });

describe("messages of a peer that is not known yet", () => {
  it("are taken once, in the order they came", () => {
    const early = new PendingMessages<ReturnType<typeof message>>();
    for (const text of ["1", "2"]) {
      early.hold(message("a", text), 0);
      early.hold(message("b", text), 0);
    }
    expect(early.take("a", 10)).toEqual([message("a", "1"), message("a", "2")]);
    expect(early.take("a", 10)).toEqual([]);
    expect(early.take("b", 10)).toHaveLength(2);
  });

  it("are nobody's after 5 seconds", () => {
    const early = new PendingMessages<ReturnType<typeof message>>();
    early.hold(message("a", "1"), 0);
    early.hold(message("a", "2"), 1000);
    expect(early.take("a", 5001)).toEqual([message("a", "2")]);
  });

  it("are 256 at most: the oldest give way", () => {
    const early = new PendingMessages<ReturnType<typeof message>>();
    for (let count = 0; count < 300; count++) early.hold(message("a", String(count)), 0);
    const taken = early.take("a", 0);
    expect(taken).toHaveLength(256);
    expect(taken[0]).toEqual(message("a", "44"));
  });
});
