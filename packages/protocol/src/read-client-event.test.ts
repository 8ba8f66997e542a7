import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { alike } from "../test/alike.js";
import { built, hostile, lyingPayloads } from "../test/hostile.js";
import { readVectors } from "../test/vectors.js";
import type { ClientEventName } from "./events.js";
import { createClientEventReaders } from "./generated/client-events.js";
import { defaultLimits, type Limits } from "./limits.js";
import { parse } from "./parse.js";
import { createClientEventReader } from "./read-client-event.js";
import { createClientEvents } from "./schema/events.js";

const events = Object.keys(createClientEvents(defaultLimits)) as ClientEventName[];
const narrow: Limits = { roomName: 3, sdp: 32, candidate: 64, metadata: 16, message: 16, jsonDepth: 2 };

describe.each([
  ["the default limits", defaultLimits],
  ["narrow limits", narrow],
])("reading client events within %s", (_, limits) => {
  const read = createClientEventReader(limits);
  const schemas: Record<string, z.ZodMiniType> = createClientEvents(limits);

  it.each(lyingPayloads({ room: "r" }))("agrees with zod on %s", (_, payload) => {
    const event = "createAndJoinRoom";
    expect(alike(read(event, payload), parse(schemas[event]!, payload))).toBe(true);
  });

  it.each(events)("agrees with zod on hostile payloads of %s", (event) => {
    fc.assert(
      fc.property(hostile(`client ${event}`), (input) => {
        const payload = built(input);
        expect(alike(read(event, payload), parse(schemas[event]!, payload))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the generated readers of client events", () => {
  const readers: Record<string, (input: unknown) => unknown> = createClientEventReaders(defaultLimits);

  it("know every event of the registry", () => {
    expect(Object.keys(readers)).toEqual(events);
  });

  const vectors = readVectors()
    .filter(({ direction }) => direction === "client")
    .flatMap(({ event, cases }) => cases.map((entry) => ({ event, ...entry })));

  // Without the fallback to zod, which would hide that a valid payload takes the slow path.
  it.each(vectors)("read $event: $name", ({ event, payload, valid, reads }) => {
    expect(readers[event]?.(payload)).toStrictEqual(valid ? (reads ?? payload) : undefined);
  });

  it.each(events)("accept every hostile payload of %s that zod accepts, without the fallback", (event) => {
    const schema: z.ZodMiniType = createClientEvents(defaultLimits)[event];
    fc.assert(
      fc.property(hostile(`client ${event}`), (input) => {
        const payload = built(input);
        const expected = parse(schema, payload);
        if (expected.ok) expect(alike(readers[event]?.(payload), expected.value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
