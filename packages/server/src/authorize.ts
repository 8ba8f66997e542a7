import { type Rejection } from "@sig/protocol";
import { callApplication } from "./application-call.js";
import { type Core } from "./core.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { type AuthorizeRequest } from "./options.js";
import { askVerdict, rejectionOf } from "./verdict.js";

/**
 * Calls the application's `authorize`, if there is one; only then is the request made. Resolves with nothing if it
 * admits.
 */
export function authorize(
  core: Core,
  makeRequest: () => MaybePromise<AuthorizeRequest>,
): MaybePromise<Rejection | undefined> {
  const { authorize: decide, authorizeTimeoutMs } = core.settings;
  if (decide === undefined) return undefined;
  return after<AuthorizeRequest, Rejection | undefined>(makeRequest(), (request) =>
    after(
      callApplication(core, "authorize", () => askVerdict(() => decide(request))),
      (answer) => rejectionOf(answer, authorizeTimeoutMs),
    ),
  );
}
