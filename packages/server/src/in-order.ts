import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { type Member } from "./membership.js";

/** Does a member's tasks one after the other: at once where nothing waits, behind what waits otherwise. */
export function inOrder<Result>(member: Member, task: () => MaybePromise<Result>): MaybePromise<Result> {
  const before = member.lastTask;
  const result = before === undefined ? task() : before.then(task);
  if (!isPromiseLike(result)) return result;
  const settled = Promise.resolve(result).then(noResult, noResult);
  member.lastTask = settled;
  void settled.then(() => {
    if (member.lastTask === settled) member.lastTask = undefined;
  });
  return result;
}

function noResult(): void {
  // What comes after waits for the end of this task, not for its success.
}
