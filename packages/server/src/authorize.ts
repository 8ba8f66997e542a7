import { callWithin, type Answer } from "./application-call.js";
import { report, type Core } from "./core.js";
import { type Grant } from "./grant.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { type Connection } from "./membership.js";
import { type AuthorizeRequest, type Authorize } from "./options.js";
import { rejections } from "./rejections.js";
import { admitted, askVerdict, decisionOf, type Decision } from "./verdict.js";

/** What is asked, without the parts that are the same for every question of a connection. */
export type Question = Omit<AuthorizeRequest, "socket" | "signal">;

/**
 * Asks the application about a peer: the `authorize` of its socket, if it has one of its own, and that of the service.
 * Both have to admit it. Only if there is one, the question is made; without a question nothing is decided.
 *
 * @param asked has the canceler of this question alone: aborting it means that nobody waits for the answer any more
 */
export function authorize(
  core: Core,
  connection: Connection,
  asked: { readonly canceler: AbortController },
  makeQuestion: () => MaybePromise<Question | undefined>,
): MaybePromise<Decision> {
  const { authorize: ofService } = core.settings;
  const { authorize: ofSocket } = connection;
  if (ofService === undefined && ofSocket === undefined) return admitted;
  return after<Question | undefined, Decision>(makeQuestion(), (question) => {
    if (question === undefined) return rejections.internal;
    const { canceler } = asked;
    const request = { ...question, socket: connection.socket, signal: canceler.signal };
    return after<Decision, Decision>(ask(core, ofSocket, request, canceler), (first) =>
      first.ok ? after(ask(core, ofService, request, canceler), (second) => both(first.grant, second)) : first,
    );
  });
}

function ask(
  core: Core,
  decide: Authorize | undefined,
  request: AuthorizeRequest,
  canceler: AbortController,
): MaybePromise<Decision> {
  if (decide === undefined) return admitted;
  // The guest may have left while the roster was asked.
  if (canceler.signal.aborted) return rejections.internal;
  const { clock, authorizeTimeoutMs, limits, epochMs } = core.settings;
  const onFailure = (cause: unknown): void => report(core, "authorize", cause);
  return after<Answer<unknown>, Decision>(
    callWithin(clock, authorizeTimeoutMs, () => askVerdict(() => decide(request)), onFailure, canceler.signal),
    (answer) => {
      if (!answer.ok && answer.timedOut) canceler.abort();
      return decisionOf(answer, { limitMs: authorizeTimeoutMs, limits, now: epochMs, onInvalid: onFailure });
    },
  );
}

/** The service has the last word, but for the end: the earlier one counts. */
function both(first: Grant, second: Decision): Decision {
  if (!second.ok) return second;
  const ends = [first.expiresAt, second.grant.expiresAt].filter((end) => end !== undefined);
  return { ok: true, grant: { ...first, ...second.grant, ...(ends.length > 0 && { expiresAt: Math.min(...ends) }) } };
}
