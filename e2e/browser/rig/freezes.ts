/** A video frame of one flow, as it passes on the wire. */
export interface Frame {
  /** When it arrived, by `performance.now()`. */
  readonly at: number;
  /** When it was captured, in milliseconds of the camera's clock since the first frame of this flow. */
  readonly capturedMs: number;
}

/** Frames that were captured within this time are one and the same. */
const sameMs = 5;
/** Two flows of one camera deliver a frame within this time of each other. */
const togetherMs = 500;

/**
 * The freezes of one flow alone, in milliseconds each: the times longer than `maxMs` in which it delivered no frame
 * while another flow of the same camera delivered frames, one each `frameMs`. Where the other flow delivered none
 * either, the camera or the machine stopped.
 */
export function freezesOfOneFlow(
  frames: readonly Frame[],
  others: readonly Frame[],
  frameMs: number,
  maxMs: number,
): number[] {
  const offset = clockOffset(frames, others);
  const theirs = others.map(({ capturedMs }) => capturedMs - offset);
  const freezes: number[] = [];
  let next = 0;
  for (const [index, { capturedMs }] of frames.entries()) {
    const before = frames[index - 1]?.capturedMs ?? capturedMs;
    while ((theirs[next] ?? Infinity) <= before + sameMs) next += 1;
    let missing = 0;
    for (let each = next; (theirs[each] ?? Infinity) < capturedMs - sameMs; each += 1) missing += 1;
    const ms = (missing + 1) * frameMs;
    if (missing > 0 && ms > maxMs) freezes.push(Math.round(ms));
  }
  return freezes;
}

/**
 * How far the other flow's timestamps are ahead: the offset that fits most frames that arrived together. Each flow
 * counts from its own start.
 */
function clockOffset(frames: readonly Frame[], others: readonly Frame[]): number {
  const counts = new Map<number, number>();
  let first = 0;
  for (const { at, capturedMs } of frames) {
    while ((others[first]?.at ?? Infinity) < at - togetherMs) first += 1;
    for (let index = first; (others[index]?.at ?? Infinity) <= at + togetherMs; index += 1) {
      const offset = Math.round((others[index]?.capturedMs ?? 0) - capturedMs);
      counts.set(offset, (counts.get(offset) ?? 0) + 1);
    }
  }
  // An offset between two whole numbers is counted for both.
  const votes = (offset: number): number => [-1, 0, 1].reduce((sum, by) => sum + (counts.get(offset + by) ?? 0), 0);
  let best = 0;
  for (const offset of counts.keys()) if (votes(offset) > votes(best)) best = offset;
  return best;
}
