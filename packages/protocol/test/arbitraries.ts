import fc from "fast-check";
import type * as z from "zod/mini";
import { createDeviceMessages } from "../src/schema/device.js";
import { createClientEvents, createServerEvents } from "../src/schema/events.js";
import { validateJson } from "../src/checks/json.js";
import { defaultLimits } from "../src/limits.js";
import { codeUnit } from "./code-unit.js";
import { readDeviceVectors, readVectors } from "./vectors.js";

const { fromDevice, toDevice } = createDeviceMessages(defaultLimits);

/** Every schema, by direction and name. */
export const registry: [name: string, schema: z.ZodMiniType][] = [
  ...named("client", createClientEvents(defaultLimits)),
  ...named("server", createServerEvents(defaultLimits)),
  ...named("from-device", fromDevice),
  ...named("to-device", toDevice),
];

function named(
  direction: string,
  schemas: Readonly<Record<string, z.ZodMiniType>>,
): [name: string, schema: z.ZodMiniType][] {
  return Object.entries(schemas).map(([name, schema]) => [`${direction} ${name}`, schema]);
}

/** Text of every kind: lone surrogates, control characters, names of built-in properties. */
export const text = fc.oneof(
  fc.string(),
  fc.string({ unit: codeUnit }),
  fc.constantFrom("", "__proto__", "constructor", "toString", "hasOwnProperty", "\r\n", "\u202e", "\ud800", "sig:r:r"),
);

/** Any value that code, or a parser other than JSON's, may pass. */
export const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

const vectors = [
  ...readVectors().map((file) => ({ ...file, name: file.event })),
  ...readDeviceVectors().map((file) => ({ ...file, name: file.type })),
];

/** A valid payload with fields of another one and changed fields: close to valid, which noise never is. */
export function nearlyValid(name: string): fc.Arbitrary<unknown> {
  const payloads = vectors
    .filter((file) => `${file.direction} ${file.name}` === name)
    .flatMap((file) => file.cases)
    .filter((entry) => entry.valid && validateJson(entry.payload, 10_000, 100) === "ok")
    .map((entry) => entry.payload as Record<string, unknown>);
  const keys = [...new Set(payloads.flatMap((payload) => Object.keys(payload)))];
  const foreign = fc.oneof(anything, text, fc.jsonValue());
  return fc
    .tuple(
      fc.constantFrom(...payloads),
      fc.constantFrom(...payloads),
      fc.dictionary(fc.oneof(fc.constantFrom(...keys, "__proto__"), text), foreign, { maxKeys: 2 }),
    )
    .map(([one, other, changes]) =>
      Object.fromEntries([...Object.entries(one), ...Object.entries(other), ...Object.entries(changes)]),
    );
}
