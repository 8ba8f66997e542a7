import { rejection, validateJson, type Json, type Rejection, type StandardSchemaV1 } from "@sig/protocol";
import { type FaultSource } from "./application-events.js";
import { type Clock } from "./clock.js";
import { report, type Core } from "./core.js";
import { after, isPromiseLike, type MaybePromise } from "./maybe-promise.js";

/** The answer of a function of the application, or that there is none. */
export type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly timedOut: boolean };

/**
 * Calls a function of the application. If it throws, rejects or takes longer than `authorizeTimeoutMs`, the failure is
 * reported as `error`; nothing is thrown. A late answer is ignored.
 */
export function callApplication<Value>(
  core: Core,
  source: FaultSource,
  call: () => MaybePromise<Value>,
): MaybePromise<Answer<Value>> {
  const { clock, authorizeTimeoutMs } = core.settings;
  return callWithin(clock, authorizeTimeoutMs, call, (cause) => report(core, source, cause));
}

/**
 * The same without an attachment.
 * @param onFailure called with the reason why there is no answer
 * @param signal aborted when nobody waits for the answer any more: there is none then, and that is not a failure
 */
export function callWithin<Value>(
  clock: Clock,
  limitMs: number,
  call: () => MaybePromise<Value>,
  onFailure: (cause: unknown) => void,
  signal?: AbortSignal,
): MaybePromise<Answer<Value>> {
  const failed = (cause: unknown): Answer<Value> => {
    onFailure(cause);
    return { ok: false, timedOut: false };
  };
  try {
    const value = call();
    if (!isPromiseLike(value)) return { ok: true, value };
    return new Promise((resolve) => {
      const cancelTimeout = clock.after(limitMs, () => {
        resolve({ ok: false, timedOut: true });
        onFailure(new Error(`no answer within ${String(limitMs)} ms`));
      });
      const cancel = (): void => {
        cancelTimeout();
        resolve({ ok: false, timedOut: false });
      };
      const answer = (outcome: () => Answer<Value>): void => {
        if (signal?.aborted === true) return;
        signal?.removeEventListener("abort", cancel);
        cancelTimeout();
        resolve(outcome());
      };
      signal?.addEventListener("abort", cancel);
      if (signal?.aborted === true) cancel();
      // Adopted, since the `then` of a foreign promise may throw.
      Promise.resolve(value).then(
        (settled) => answer(() => ({ ok: true, value: settled })),
        (cause: unknown) => answer(() => failed(cause)),
      );
    });
  } catch (cause) {
    return failed(cause);
  }
}

/**
 * Validates a value with a schema of the application. The result is JSON within the limits, whatever the schema
 * transforms.
 */
export function conform(
  core: Core,
  source: "metadata" | "messages",
  schema: StandardSchemaV1,
  value: unknown,
): MaybePromise<{ readonly ok: true; readonly value: Json | undefined } | Rejection> {
  return after(
    callApplication(core, source, () => schema["~standard"].validate(value)),
    (answer) => {
      if (!answer.ok) return rejection("INTERNAL", `The application's schema for ${source} failed.`);
      if (answer.value.issues !== undefined)
        return rejection("BAD_PAYLOAD", `The application's schema for ${source} does not accept this.`);
      const { limits } = core.settings;
      const output = answer.value.value;
      const validity = validateJson(output, limits[source === "metadata" ? "metadata" : "message"], limits.jsonDepth);
      if (validity === "ok") return { ok: true, value: output as Json | undefined };
      report(
        core,
        source,
        new Error(
          "the output of the schema is invalid: expected JSON within the limits, found " +
            validity.replaceAll("-", " "),
        ),
      );
      return rejection("INTERNAL", `The output of the application's schema for ${source} is invalid.`);
    },
  );
}
