import { type Refusal } from "@sig/protocol";
import { type Core } from "./core.js";
import { ask, judgeVerdict } from "./host-call.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { type AuthorizeRequest } from "./options.js";

/** Asks the host's `authorize`, if there is one; nothing where it lets in. What it is asked is made only then. */
export function authorize(core: Core, request: () => AuthorizeRequest): MaybePromise<Refusal | undefined> {
  const { authorize: judge, authorizeTimeoutMs } = core.settings;
  if (judge === undefined) return undefined;
  const asked = request();
  return after(
    ask(core, "authorize", () => judge(asked)),
    (answer) => judgeVerdict(answer, authorizeTimeoutMs),
  );
}
