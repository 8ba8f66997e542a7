import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { type Membership } from "./membership.js";

/** Runs the tasks of one member one after the other: at once if none waits, otherwise behind those that wait. */
export function inOrder<Result>(
  membership: Pick<Membership, "lastTask">,
  task: () => MaybePromise<Result>,
): MaybePromise<Result> {
  const before = membership.lastTask;
  const result = before === undefined ? task() : before.then(task);
  if (!isPromiseLike(result)) return result;
  const settled = Promise.resolve(result).then(noResult, noResult);
  membership.lastTask = settled;
  void settled.then(() => {
    if (membership.lastTask === settled) membership.lastTask = undefined;
  });
  return result;
}

function noResult(): void {
  // The next task waits for the end of this one, not for its success.
}
