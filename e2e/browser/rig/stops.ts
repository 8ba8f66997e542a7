/** A frame of a flow, seen on its way. */
export interface Frame {
  /** When it came, by `performance.now()`. */
  readonly at: number;
  /** When it was taken, in milliseconds of the camera's clock since the first frame of this flow. */
  readonly takenMs: number;
}

/** Frames that were taken so close to each other are one. */
const sameMs = 5;
/** Two flows of one camera bring a frame within this time of each other. */
const togetherMs = 500;

/**
 * How long one flow stood still by itself, in milliseconds: the times longer than `maxMs` in which it brought nothing while
 * another flow of the same camera brought frames, one each `frameMs`. Where the other one brought nothing either, it was the
 * camera that stopped, or the machine.
 */
export function stopsOfItsOwn(
  frames: readonly Frame[],
  others: readonly Frame[],
  frameMs: number,
  maxMs: number,
): number[] {
  const ahead = aheadOf(frames, others);
  const theirs = others.map(({ takenMs }) => takenMs - ahead);
  const stops: number[] = [];
  let next = 0;
  for (const [index, { takenMs }] of frames.entries()) {
    const before = frames[index - 1]?.takenMs ?? takenMs;
    while ((theirs[next] ?? Infinity) <= before + sameMs) next += 1;
    let missing = 0;
    for (let each = next; (theirs[each] ?? Infinity) < takenMs - sameMs; each += 1) missing += 1;
    const ms = (missing + 1) * frameMs;
    if (missing > 0 && ms > maxMs) stops.push(Math.round(ms));
  }
  return stops;
}

/** By how much the clock of the others' timestamps is ahead: what most frames say that came together (each flow counts from where it began). */
function aheadOf(frames: readonly Frame[], others: readonly Frame[]): number {
  const counts = new Map<number, number>();
  let first = 0;
  for (const { at, takenMs } of frames) {
    while ((others[first]?.at ?? Infinity) < at - togetherMs) first += 1;
    for (let index = first; (others[index]?.at ?? Infinity) <= at + togetherMs; index += 1) {
      const ahead = Math.round((others[index]?.takenMs ?? 0) - takenMs);
      counts.set(ahead, (counts.get(ahead) ?? 0) + 1);
    }
  }
  // What is between two whole numbers is counted for both.
  const said = (ahead: number): number => [-1, 0, 1].reduce((sum, by) => sum + (counts.get(ahead + by) ?? 0), 0);
  let best = 0;
  for (const ahead of counts.keys()) if (said(ahead) > said(best)) best = ahead;
  return best;
}
