import type { Recording } from "./recording.js";
import { replay } from "./simulate.js";

/**
 * Takes out of a bad run what is not needed for it: steps, more of them at once in the beginning. What is left still
 * contradicts the same invariant.
 */
export async function shrink(recording: Recording, violation: string): Promise<Recording> {
  const invariant = invariantOf(violation);
  const isBad = async (steps: Recording["steps"]): Promise<boolean> => {
    const { violations } = await replay({ ...recording, steps });
    return violations.some((one) => invariantOf(one) === invariant);
  };
  let { steps } = recording;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < steps.length;) {
      const fewer = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (await isBad(fewer)) steps = fewer;
      else at += size;
    }
  }
  return { ...recording, steps };
}

function invariantOf(violation: string): string | undefined {
  return /\bI[1-6]\b/.exec(violation)?.[0];
}
