import { describe, expect, it } from "vitest";
import { Outbox } from "./outbox.js";

function opened(outbox: Outbox, counts = true): string[] {
  const written: string[] = [];
  outbox.opened((text) => written.push(text), counts);
  return written;
}

describe("the texts for one peer", () => {
  it("wait for a channel, and go out in order", () => {
    const outbox = new Outbox();
    outbox.send("a");
    outbox.send("b");
    expect(outbox.waiting).toBe(2);
    const written = opened(outbox);
    outbox.send("c");
    expect(written).toEqual(["a", "b", "c"]);
    expect(outbox.waiting).toBe(0);
  });

  it("that a channel took with it are sent again over the next, less those that the peer has got", () => {
    const outbox = new Outbox();
    opened(outbox);
    outbox.arrived(0, true);
    for (const text of ["a", "b", "c", "d"]) outbox.send(text);
    outbox.arrived(1, false);
    outbox.closed();
    outbox.send("e");
    const written = opened(outbox);
    outbox.send("f");
    expect(written).toEqual([]);
    outbox.arrived(3, true);
    expect(written).toEqual(["d", "e", "f"]);
  });

  it("are all sent again to a peer that has forgotten how many it had got", () => {
    const outbox = new Outbox();
    opened(outbox);
    outbox.arrived(0, true);
    for (const text of ["a", "b", "c"]) outbox.send(text);
    outbox.arrived(2, false);
    outbox.send("d");
    outbox.closed();
    const written = opened(outbox);
    outbox.arrived(0, true);
    expect(written).toEqual(["c", "d"]);
  });

  it("are counted from what a peer has got that was there before us", () => {
    const outbox = new Outbox();
    const written = opened(outbox);
    outbox.send("a");
    outbox.arrived(30, true);
    outbox.send("b");
    outbox.arrived(31, false);
    outbox.closed();
    opened(outbox);
    const again = opened(outbox);
    outbox.arrived(31, true);
    expect(written).toEqual(["a", "b"]);
    expect(again).toEqual(["b"]);
  });

  it("are not kept for a peer that does not count", () => {
    const outbox = new Outbox();
    opened(outbox, false);
    outbox.send("a");
    outbox.closed();
    expect(opened(outbox, false)).toEqual([]);
    expect(outbox.waiting).toBe(0);
  });

  it("wait for the acknowledgement of a peer that counts: none is given up", () => {
    const outbox = new Outbox();
    opened(outbox);
    outbox.arrived(0, true);
    for (let count = 0; count < 20; count++) outbox.send("x".repeat(100_000));
    expect(outbox.waiting).toBe(2_000_000);
    outbox.arrived(15, false);
    expect(outbox.waiting).toBe(500_000);
    outbox.closed();
    const written = opened(outbox);
    outbox.arrived(16, true);
    expect(written).toHaveLength(4);
  });

  it("are kept up to 1 MiB for a peer that has not counted yet", () => {
    const outbox = new Outbox();
    opened(outbox);
    for (let count = 0; count < 20; count++) outbox.send("x".repeat(100_000));
    outbox.closed();
    expect(outbox.waiting).toBe(1_000_000);
    const written = opened(outbox);
    outbox.arrived(15, true);
    expect(written).toHaveLength(5);
  });
});
