import fc from "fast-check";
import { anything, nearlyValid, text } from "./arbitraries.js";
import { nest } from "./vectors.js";

/** A change of an object that only code, or a parser other than JSON's, can make. */
type Change = (object: object, key: string, value: unknown) => object;

const fail = (): never => {
  throw new Error("This value must not be read.");
};

const changes: Change[] = [
  (object, key, value) => Object.defineProperty(object, key, { enumerable: true, configurable: true, value }),
  (object, key) => (Reflect.deleteProperty(object, key), object),
  (object, key, value) =>
    Object.defineProperty(object, key, { enumerable: true, configurable: true, get: () => value }),
  (object, key) => Object.defineProperty(object, key, { enumerable: true, configurable: true, get: fail }),
  (object, key, value) => Object.assign(object, { [Symbol(key)]: value, extra: value }),
  (object) => Object.create(object) as object,
  (object) => Object.assign(Object.create(null) as object, object),
  (object) => Object.freeze(Object.assign(Object.create({ polluted: true }) as object, object)),
  (object) => Object.assign([], object),
  (object) => Object.assign(() => undefined, object),
  (object) => new Proxy(object, {}),
  (object, key) =>
    new Proxy(object, { get: (target, name) => (name === key ? fail() : (Reflect.get(target, name) as unknown)) }),
  (object, key, value) =>
    new Proxy(object, { get: (target, name) => (name === key ? value : (Reflect.get(target, name) as unknown)) }),
  (object, key) => new Proxy(object, { has: (target, name) => name !== key && Reflect.has(target, name) }),
  (object, key) => new Proxy(object, { has: (target, name) => (name === key ? fail() : Reflect.has(target, name)) }),
  (object, key) => new Proxy(object, { has: (target, name) => name === key || Reflect.has(target, name) }),
  (object) => new Proxy(object, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail }),
  (object) => {
    const { proxy, revoke } = Proxy.revocable(object, {});
    revoke();
    return proxy;
  },
];

/** Lengths around every bound of the protocol. */
const bounds = [0, 1, 32, 64, 128, 256, 1024, 2048, 4096, 65_536, 1_048_576, 4_194_304];
const bounded = fc
  .tuple(fc.constantFrom(...bounds), fc.integer({ min: -2, max: 1 }), fc.constantFrom("x", "\u{1f600}", "\n", '"'))
  .map(([length, offset, unit]) => unit.repeat(Math.max(0, Math.ceil((length + offset) / unit.length))));

const leaf = fc.oneof(
  anything,
  text,
  bounded,
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    ...[undefined, null, true, "", "0", "online", "away", "65535", "65536", "candidate:1", " 1", "1e3", "-1"],
    ...[0, -0, 1, -1, 0.5, NaN, Infinity, 65_535, 65_536, 2 ** 53 - 1, 2 ** 53, 1e21, 1n, Symbol("x")],
    ...[
      [],
      [undefined],
      [null],
      new Array(3),
      [{}],
      [{ id: "a" }],
      [{ urls: "stun:x" }],
      nest(64),
      nest(65),
      nest(500),
    ],
    ...[{}, { stream: "s" }, { 0: { stream: "s" } }, { 0: { stream: "s", label: "l", more: 1 } }, Object(1) as unknown],
  ),
);

interface Edit {
  readonly path: readonly number[];
  readonly change: Change;
  readonly key: number;
  readonly value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  path: fc.array(fc.nat(9), { maxLength: 3 }),
  change: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...changes.slice(0, 3)) }, fc.constantFrom(...changes)),
  key: fc.nat(9),
  value: leaf,
});

/** A payload, mostly close to a valid one, and a few hostile changes of any part of it. `built` applies them. */
export interface Hostile {
  readonly payload: unknown;
  readonly edits: readonly Edit[];
}

export function hostile(name: string): fc.Arbitrary<Hostile> {
  const payload = fc.oneof({ weight: 20, arbitrary: nearlyValid(name) }, leaf);
  return fc.record({ payload, edits: fc.array(edit, { maxLength: 3 }) });
}

/**
 * Applies the changes. Not part of the arbitrary: fast-check inspects generated values, and some of these throw then.
 */
export function built({ payload, edits }: Hostile): unknown {
  return edits.reduce(applied, copy(payload));
}

function applied(value: unknown, { path, change, key, value: replacement }: Edit): unknown {
  if (typeof value !== "object" || value === null) return value;
  try {
    const keys = Reflect.ownKeys(value).filter((name) => typeof name === "string");
    const [step, ...rest] = path;
    const name = keys[(step ?? key) % keys.length] ?? "extra";
    if (step === undefined) return change(value, name, copy(replacement));
    const inner: unknown = Reflect.get(value, name);
    Object.defineProperty(value, name, {
      enumerable: true,
      configurable: true,
      writable: true,
      value: applied(inner, { path: rest, change, key, value: replacement }),
    });
    return value;
  } catch {
    // An earlier edit forbids access.
    return value;
  }
}

/** Payloads with an optional field that is absent by `in`, and there when it is read. */
export function lyingPayloads(payload: object): [name: string, payload: object][] {
  const throwing = new Proxy({ trickle: true }, { has: fail });
  return Object.entries({ valid: { trickle: true }, invalid: { trickle: 1 }, throwing }).map(([name, capabilities]) => [
    `a field that is absent by \`in\`, and ${name} when it is read`,
    new Proxy(
      { ...payload, capabilities },
      { has: (target, key) => key !== "capabilities" && Reflect.has(target, key) },
    ),
  ]);
}

/** Vectors are shared: an edit changes a copy. */
function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
}
