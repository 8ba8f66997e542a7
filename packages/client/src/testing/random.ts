/** A number of milliseconds, or bounds for a random one. */
export type Range = number | readonly [min: number, max: number];

/** The source of randomness of the fakes: the same seed gives the same run on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  chance(probability: number): boolean;
  within(range: Range): number;
}

/** Mulberry32: small, and uniform enough to choose times. */
export function createRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (below) => Math.floor(next() * below),
    chance: (probability) => probability > 0 && next() < probability,
    within: (range) => (typeof range === "number" ? range : range[0] + next() * (range[1] - range[0])),
  };
}
