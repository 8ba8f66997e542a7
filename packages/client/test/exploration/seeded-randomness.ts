import { createRandom, type Random } from "../../src/testing/random.js";

export { createRandom, type Random };

export function oneOf<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new Error("The list is empty.");
  return value;
}

/** While `run` is under way, the client's own randomness (keys, delays) comes from the seed as well. */
export async function withSeededRandomness<Value>(seed: number, run: () => Promise<Value>): Promise<Value> {
  const { next } = createRandom(seed);
  const { random } = Math;
  const { getRandomValues } = crypto;
  Math.random = next;
  crypto.getRandomValues = <Bytes extends ArrayBufferView | null>(bytes: Bytes): Bytes => {
    if (bytes instanceof Uint8Array)
      for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(next() * 256);
    return bytes;
  };
  try {
    return await run();
  } finally {
    Math.random = random;
    crypto.getRandomValues = getRandomValues;
  }
}
