import { refusal, judgeJson, type Json, type Refusal, type StandardSchemaV1 } from "@sig/protocol";
import { report, type Core } from "./core.js";
import { printable } from "./logger.js";
import { after, isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { type FaultSource } from "./signaling-events.js";

/** What a function of the host's answered, or that it did not. */
export type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly timedOut: boolean };

/**
 * Asks the host something. A function that throws, whose promise is rejected or that takes longer than
 * `authorizeTimeoutMs` is reported as an `error`; nothing is thrown. A late answer is not waited for.
 */
export function ask<Value>(
  core: Core,
  source: FaultSource,
  call: () => MaybePromise<Value>,
): MaybePromise<Answer<Value>> {
  return askWithin(core.settings.authorizeTimeoutMs, call, (cause) => report(core, source, cause));
}

/** The same for what belongs to no attachment; `onFailure` is told why there is no answer. */
export function askWithin<Value>(
  limitMs: number,
  call: () => MaybePromise<Value>,
  onFailure: (cause: unknown) => void,
): MaybePromise<Answer<Value>> {
  const failed = (cause: unknown): Answer<Value> => {
    onFailure(cause);
    return { ok: false, timedOut: false };
  };
  try {
    const value = call();
    if (!isPromiseLike(value)) return { ok: true, value };
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve({ ok: false, timedOut: true });
        onFailure(new Error(`no answer within ${String(limitMs)} ms`));
      }, limitMs);
      timer.unref();
      const answer = (outcome: Answer<Value>): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      // Adopted, since a promise of another kind may throw when it is asked.
      Promise.resolve(value).then(
        (settled) => answer({ ok: true, value: settled }),
        (cause: unknown) => answer(failed(cause)),
      );
    });
  } catch (cause) {
    return failed(cause);
  }
}

/** What the answer of an `authorize` comes to: nothing where it lets in. */
export function judgeVerdict(answer: Answer<unknown>, limitMs: number): Refusal | undefined {
  if (!answer.ok) {
    return refusal(
      "UNAUTHORIZED",
      answer.timedOut ? `Authorization timed out after ${String(limitMs)} ms.` : "Authorization failed.",
    );
  }
  const verdict = answer.value;
  if (verdict === true || verdict === undefined) return undefined;
  const reason =
    typeof verdict === "string" && verdict !== "" ? printable(verdict, 256) : "Not authorized to join this room.";
  return refusal("UNAUTHORIZED", reason);
}

/** Judges a value by a schema of the host's. What the schema gives back is bounded JSON, whatever it transforms. */
export function conform(
  core: Core,
  source: "metadata" | "messages",
  schema: StandardSchemaV1,
  value: unknown,
): MaybePromise<{ readonly ok: true; readonly value: Json | undefined } | Refusal> {
  return after(
    ask(core, source, () => schema["~standard"].validate(value)),
    (answer) => {
      if (!answer.ok) return refusal("INTERNAL", `The schema for ${source} could not be applied.`);
      if (answer.value.issues !== undefined)
        return refusal("BAD_PAYLOAD", `The application's schema for ${source} does not accept this.`);
      const { limits } = core.settings;
      const output = answer.value.value;
      const verdict = judgeJson(output, limits[source === "metadata" ? "metadata" : "message"], limits.jsonDepth);
      if (verdict === "ok") return { ok: true, value: output as Json | undefined };
      report(core, source, new Error("the schema gave back what is not JSON within the limits"));
      return refusal("INTERNAL", `The schema for ${source} gave back what cannot be sent.`);
    },
  );
}
