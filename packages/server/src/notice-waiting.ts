import { type PendingJoin } from "./pending-join.js";
import { type Context } from "./core.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";

/** Milliseconds without a decision after which a guest is notified that it waits: most applications decide sooner. */
const noticeAfterMs = 1_000;

/**
 * Notifies a guest that the application has not decided yet, if its client has the feature `waiting`. From then on each
 * repetition of its join is answered with a notice, too.
 */
export function noticeWaiting<Decision>(
  { core, connection }: Context,
  pending: PendingJoin,
  decision: MaybePromise<Decision>,
): MaybePromise<Decision> {
  if (!isPromiseLike(decision) || !pending.understandsWaiting) return decision;
  const send = (): void => core.router.reply(connection.socket, "waiting", { room: pending.room });
  const stop = core.settings.clock.after(noticeAfterMs, () => {
    if (pending.rejection !== undefined) return;
    pending.sendWaiting = send;
    send();
  });
  const decided = (): void => {
    stop();
    pending.sendWaiting = undefined;
  };
  return Promise.resolve(decision).finally(decided);
}
