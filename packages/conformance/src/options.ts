import { toFinding, type DeprecatedOptions } from "./deprecated.js";
import type { RuleResult } from "./rule-result.js";
import type { RuleFilter } from "./rule-filter.js";

/** Options of every run. */
export interface CheckOptions extends RuleFilter, DeprecatedOptions {
  /** How long each answer may take, in milliseconds; default 2,000 for a server, 10,000 for a client or a device. */
  readonly timeoutMs?: number;
  /** Called with each result as soon as it is known. */
  readonly onResult?: (result: RuleResult) => void;
}

/** The options of every run, with the former names read as well. */
export function readOptions(options: CheckOptions, defaultTimeoutMs: number) {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- read here, and nowhere else
  const { timeoutMs, patienceMs, onResult, onFinding } = options;
  return {
    timeoutMs: timeoutMs ?? patienceMs ?? defaultTimeoutMs,
    notify: (result: RuleResult): void => {
      onResult?.(result);
      onFinding?.(toFinding(result));
    },
  };
}
