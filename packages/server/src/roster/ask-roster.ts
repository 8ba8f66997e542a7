import { callWithin, type Answer } from "../application-call.js";
import { report, type Core } from "../core.js";
import { after, isPromiseLike, type MaybePromise } from "../maybe-promise.js";
import { type Roster } from "./roster.js";

/** A store answers within milliseconds, and within seconds while it fails over. After that one had better try again. */
export const rosterTimeoutMs = 5_000;

/**
 * Asks the roster while a client waits: one that throws, rejects or takes longer than `rosterTimeoutMs` gives no
 * answer, which is reported as `error`.
 *
 * @param onLate called with an answer that comes after that
 */
export function askRoster<Value>(
  core: Core,
  question: (roster: Roster) => MaybePromise<Value>,
  onLate?: (value: Value) => void,
): MaybePromise<Answer<Value>> {
  const { clock, roster } = core.settings;
  let gaveUp = false;
  const ask = (): MaybePromise<Value> => {
    const value = question(roster);
    if (onLate === undefined || !isPromiseLike(value)) return value;
    return Promise.resolve(value).then((settled) => {
      if (gaveUp) onLate(settled);
      return settled;
    });
  };
  const onFailure = (cause: unknown): void => {
    gaveUp = true;
    core.rosterAnswers = false;
    report(core, "roster", cause);
  };
  return after<Answer<Value>, Answer<Value>>(callWithin(clock, rosterTimeoutMs, ask, onFailure), (answer) => {
    if (answer.ok) core.rosterAnswers = true;
    return answer;
  });
}

/** Records whether the roster answers a question of the application, which gets the answer or the failure. */
export async function noteAnswer<Value>(core: Core, question: () => Promise<Value>): Promise<Value> {
  try {
    const value = await question();
    core.rosterAnswers = true;
    return value;
  } catch (cause) {
    core.rosterAnswers = false;
    throw cause;
  }
}
