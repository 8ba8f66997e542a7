import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { alike } from "../test/alike.js";
import { built, hostile, lyingPayloads } from "../test/hostile.js";
import { readVectors } from "../test/vectors.js";
import { readingLimits } from "./limits.js";
import { read } from "./parse.js";
import { readServerEvent, serverEventNames } from "./read-server-event.js";
import { createServerEvents } from "./schema/events.js";

const schemas: Record<string, z.ZodMiniType> = createServerEvents(readingLimits);
const withZod = (event: string, payload: unknown): unknown => read(schemas[event]!, payload);

describe("readServerEvent", () => {
  it("knows every event of the registry", () => {
    expect(serverEventNames).toEqual(Object.keys(schemas));
  });

  const vectors = readVectors()
    .filter(({ direction }) => direction === "server")
    .flatMap(({ event, cases }) => cases.map((entry) => ({ event, ...entry })));

  it.each(vectors)("reads $event as zod does: $name", ({ event, payload, valid, reads }) => {
    const result = readServerEvent(event as "exit", payload);
    expect(result).toStrictEqual(valid ? (reads ?? payload) : undefined);
    expect(alike(result, withZod(event, payload))).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(serverEventNames)("agrees with zod on hostile payloads of %s", (event) => {
    let accepted = 0;
    fc.assert(
      fc.property(hostile(`server ${event}`), (input) => {
        const payload = built(input);
        const result = readServerEvent(event, payload);
        if (result !== undefined) accepted += 1;
        expect(alike(result, withZod(event, payload))).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it.each(lyingPayloads({ id: "a", room: "r" }))("agrees with zod on %s", (_, payload) => {
    expect(alike(readServerEvent("joined", payload), withZod("joined", payload))).toBe(true);
  });

  it("ignores a field that other code added to Object.prototype", () => {
    const prototype = Object.prototype as { extra?: unknown };
    prototype.extra = () => 1;
    try {
      expect(Object.keys(readServerEvent("exit", { from: "a", room: "r" }) ?? {})).toEqual(["from", "room"]);
    } finally {
      delete prototype.extra;
    }
  });
});
