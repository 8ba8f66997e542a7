/** SIG_SEED moves the first seed of the random runs. */
export const firstSeed = Number(process.env.SIG_SEED ?? 1);

/** SIG_RUNS multiplies the runs. The long tests make ten times as many. */
const factor = Number(process.env.SIG_RUNS ?? (process.env.SIG_LONG === undefined ? 1 : 10));

/** How many runs to make where `npm test` makes `count`. */
export function runsOf(count: number): number {
  return Math.ceil(count * factor);
}

/** Long enough for a busy machine. */
export const timeout = 600_000 * Math.max(1, factor);
