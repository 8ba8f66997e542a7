import { expect, it } from "vitest";
import * as z from "zod/mini";
import { readMuted } from "./read-muted.js";
import { controlMessages } from "./schema/controls.js";

const texts = (count: number, length: number): string[] => Array.from({ length: count }, () => "m".repeat(length));

it("`mute` is read without zod as its schema reads it, and nothing hostile is", () => {
  const valid = [[], ["0"], ["0", "1"], texts(64, 128)];
  const invalid = [
    undefined,
    null,
    "0",
    { 0: "0", length: 1 },
    [0],
    [null],
    [""],
    [["0"]],
    texts(65, 1),
    texts(1, 129),
  ];
  for (const muted of [...valid, ...invalid]) {
    const message = { event: "mute", muted };
    const bySchema = z.safeParse(controlMessages.mute, message);
    expect([muted, readMuted(message)]).toEqual([muted, bySchema.success ? bySchema.data.muted : undefined]);
    expect(bySchema.success).toBe(valid.includes(muted as string[]));
  }
  for (const message of [undefined, null, "mute", 7, [], { muted: [] }, { event: "demand", muted: [] }])
    expect(readMuted(message)).toBeUndefined();
});
