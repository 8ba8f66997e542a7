import { type ErrorCode, type Rejection } from "@sig/protocol";
import { countReceivers } from "./announcements.js";
import { type Context } from "./core.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { type Membership } from "./membership.js";
import { type RateLimiter } from "./rate-limiter.js";
import { type RateLimiters } from "./rate-limiters.js";
import { rejections } from "./rejections.js";

/** Rejections that the caller could have avoided, and that had a cost: the application was asked, or the roster. */
const causedByCaller = new Set<ErrorCode>(["UNAUTHORIZED", "KICKED", "ROOM_FULL", "BAD_PAYLOAD"]);

/**
 * Runs a call that asks the application, if the budget of its connection allows it. Asking is charged, and how many
 * calls may wait at once is bounded; each join that is rejected costs more than the one before it.
 */
export function askWithinBudget<Answer extends { readonly ok: boolean }>(
  { core, connection }: Context,
  ask: () => MaybePromise<Answer | undefined>,
): MaybePromise<Answer | Rejection | undefined> {
  const { limiter } = connection;
  if (limiter === undefined) return ask();
  const { clock, authorize, iceServers, maxRoomsPerSocket } = core.settings;
  // For each room a join and a request for ICE servers.
  if (!limiter.mayAsk(clock.now(), 2 * maxRoomsPerSocket)) return rejections.rateLimited;
  if (authorize !== undefined || typeof iceServers === "function") limiter.chargeAsking(clock.now());
  const settle = (answer: Answer | undefined): Answer | undefined => {
    limiter.asking -= 1;
    if (isCausedByCaller(answer)) limiter.chargeRejectedJoin(clock.now());
    return answer;
  };
  limiter.asking += 1;
  try {
    const answer = ask();
    if (!isPromiseLike(answer)) return settle(answer);
    return answer.then(settle, (cause: unknown) => {
      limiter.asking -= 1;
      throw cause;
    });
  } catch (cause) {
    limiter.asking -= 1;
    throw cause;
  }
}

/** Charges a call that repeats a join which waits, for the same answer; a rejection if the budget does not allow it. */
export function chargeRepeatedJoin({ core, connection: { limiter } }: Context, room: string): Rejection | undefined {
  if (limiter === undefined) return undefined;
  const now = core.settings.clock.now();
  if (!limiter.mayAsk(now, Number.POSITIVE_INFINITY)) return rejections.rateLimited;
  limiter.chargeDeliveries(now, core.rooms.get(room)?.members.size ?? 0);
  return undefined;
}

/** Charges what a call has caused to be sent, at most half of the burst. */
export function chargeAnswer({ core, connection: { limiter } }: Context, deliveries: number): void {
  limiter?.chargeDeliveries(core.settings.clock.now(), deliveries);
}

/** Charges an event to a whole room, one delivery for each receiver; a rejection if the budget does not allow it. */
export function chargeBroadcast(
  { core, connection: { limiter } }: Context,
  { room, id }: Membership,
): Rejection | undefined {
  if (limiter === undefined) return undefined;
  const allowed = limiter.takeDeliveries(core.settings.clock.now(), countReceivers(room, id));
  return allowed ? undefined : rejections.tooManyDeliveries;
}

/**
 * Lets what was spent under the peer's key count for its connection.
 *
 * @returns whether the call may go on
 */
export function recognizePeer(context: Context, id: string): boolean {
  return mayGoOn(context, (limiters, limiter) => limiters.recognizePeer(limiter, id));
}

/** The same for the user that the application has named. */
export function recognizeUser(context: Context, user: string | undefined): boolean {
  return user === undefined || mayGoOn(context, (limiters, limiter) => limiters.recognizeUser(limiter, user));
}

/** A call of somebody who was here before has to fit in what is left then. */
function mayGoOn(
  { core, connection: { limiter } }: Context,
  wasHere: (limiters: RateLimiters, limiter: RateLimiter) => boolean,
): boolean {
  const { rateLimiters, settings } = core;
  if (limiter === undefined || rateLimiters === undefined) return true;
  return !wasHere(rateLimiters, limiter) || limiter.take(settings.clock.now());
}

function isCausedByCaller(answer: object | undefined): boolean {
  return answer !== undefined && "code" in answer && causedByCaller.has(answer.code as ErrorCode);
}
