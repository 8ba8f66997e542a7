/** Mulberry32, as everywhere here: the same seed gives the same run. */
export function createChances(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** While `run` is under way, what the client takes from chance (keys, waits) comes from the seed as well. */
export async function withSeededChance<Value>(seed: number, run: () => Promise<Value>): Promise<Value> {
  const chance = createChances(seed);
  const { random } = Math;
  const { getRandomValues } = crypto;
  Math.random = chance;
  crypto.getRandomValues = <Bytes extends ArrayBufferView | null>(bytes: Bytes): Bytes => {
    if (bytes instanceof Uint8Array)
      for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(chance() * 256);
    return bytes;
  };
  try {
    return await run();
  } finally {
    Math.random = random;
    crypto.getRandomValues = getRandomValues;
  }
}
