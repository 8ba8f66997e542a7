import fc from "fast-check";

/**
 * Values that JSON cannot express, and long ones, as JSON: a found input is kept in a file. An object with one of these
 * keys stands for what `revive` makes of it.
 */
interface Special {
  $: "undefined" | "nan" | "infinity" | "bigint" | "date" | "bytes" | "throws" | "cycle";
}

const special: fc.Arbitrary<Special> = fc
  .constantFrom("undefined", "nan", "infinity", "bigint", "date", "bytes", "throws", "cycle")
  .map(($) => ({ $ }));

const long = fc.record({ $repeat: fc.tuple(fc.constantFrom("x", "\u{1f600}", '"'), fc.constantFrom(129, 300_000)) });
const deep = fc.record({ $nest: fc.constantFrom(40, 4_200) });

/** Text that code may take for something else. */
export const trickyText = fc.constantFrom(
  "",
  "__proto__",
  "constructor",
  "toString",
  "then",
  "\u0000",
  "\r\na=x",
  "\u202e",
  "\ud800",
  "sig:r:calm",
  "server",
);

/** Any value that a foreign program may send. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: trickyText, weight: 3 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 4 },
  { arbitrary: special, weight: 2 },
  long,
  deep,
);

/** Well-formed fields, some of them replaced, removed, or given a field beside them. */
export function nearly(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const names = Object.keys(fields);
  const changes = fc.array(
    fc.tuple(
      fc.constantFrom(...names, "from", "id", "extra", "__proto__"),
      fc.option(hostileValue, { nil: undefined }),
    ),
    { maxLength: 2 },
  );
  const wellFormed = fc.record(fields);
  return fc.oneof(
    { arbitrary: wellFormed, weight: 4 },
    {
      arbitrary: fc.tuple(wellFormed, changes).map(([payload, changed]) => {
        const entries = new Map(Object.entries(payload));
        for (const [name, value] of changed) {
          if (value === undefined) entries.delete(name);
          else entries.set(name, value);
        }
        return Object.fromEntries(entries);
      }),
      weight: 5,
    },
    hostileValue,
  );
}

/**
 * The value that a stored one stands for. A text that begins with `@` is the name of an id or a key, which is known
 * only while the input runs. `sdp` is a description to cut a piece from.
 */
export function revive(value: unknown, nameOf: (name: string) => unknown, sdp = ""): unknown {
  if (typeof value === "string") return value.startsWith("@") ? nameOf(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => revive(item, nameOf, sdp));
  const { $, $repeat, $nest, $cut } = value as {
    $?: unknown;
    $repeat?: [string, number];
    $nest?: number;
    $cut?: [at: number, text: string];
  };
  if (typeof $ === "string") return specialValue($);
  if (Array.isArray($repeat)) return $repeat[0].repeat($repeat[1]);
  if (typeof $nest === "number") return nest($nest);
  if (Array.isArray($cut)) return sdp.slice(0, $cut[0]) + $cut[1] + sdp.slice($cut[0] + 8);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item, nameOf, sdp)]));
}

function specialValue(name: string): unknown {
  switch (name) {
    case "nan":
      return NaN;
    case "infinity":
      return -Infinity;
    case "bigint":
      return 10n;
    case "date":
      return new Date(0);
    case "bytes":
      return new Uint8Array([1, 2, 3]);
    case "throws":
      return {
        get room(): never {
          throw new Error("A getter of the input.");
        },
      };
    case "cycle": {
      const cycle: Record<string, unknown> = {};
      cycle.cycle = cycle;
      return cycle;
    }
    default:
      return undefined;
  }
}

function nest(levels: number): unknown {
  let list: unknown[] = [];
  for (let level = 1; level < levels; level += 1) list = [list];
  return list;
}
