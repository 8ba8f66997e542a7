import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Random numbers in [0, 1), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** A seed to print with a test: SIG_SEED, or a new one each time. */
export function pickSeed(): number {
  return Number(process.env.SIG_SEED ?? Math.floor(Math.random() * 2 ** 31));
}
