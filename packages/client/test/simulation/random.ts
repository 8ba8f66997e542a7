import { createRandom as createSource } from "../../src/testing/random.js";

/** The source of randomness of a simulation: the same seed gives the same run on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** Takes a number even where the probability is 0, so that settings do not shift the numbers that follow. */
  chance(probability: number): boolean;
}

export function createRandom(seed: number): Random {
  const { next, below } = createSource(seed);
  return { next, below, chance: (probability) => next() < probability };
}
