import { isPromiseLike } from "./maybe-promise.js";

/** The fields of a log line, beside its message. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Receives the log of the library. `console` fits as it is, pino and winston with a small adapter.
 * Messages are constant. Fields hold room names, ids, event names and codes: cut to 160 characters, with control
 * characters escaped. Descriptions, candidates, keys, tokens, metadata and message data are never logged.
 */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;
type LogLevel = keyof Logger;

/** Wraps the application's logger: what it throws or rejects with is ignored, its fields are bounded and printable. */
export function guardLogger(logger: Logger | undefined): Log {
  if (logger === undefined) return { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      try {
        const call: (message: string, fields: Record<string, unknown>) => unknown = logger[level].bind(logger);
        const result = call(message, harmless(fields));
        // An asynchronous function fits the type as well, and its rejection would end the process.
        if (isPromiseLike(result)) result.then(undefined, ignore);
      } catch {
        // A full disk or a broken transport must not get a peer rejected; the application notices it elsewhere.
      }
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

function ignore(): void {
  // Silent by default, and where the application's logger fails.
}

const longestField = 160;
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function harmless(fields: LogFields): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) safe[name] = typeof value === "string" ? printable(value, longestField) : value;
  }
  return safe;
}

/**
 * Cuts a string to `maxLength` characters and escapes line breaks, control characters and everything else that a
 * terminal interprets.
 */
export function printable(text: string, maxLength: number): string {
  const escaped = text
    .slice(0, maxLength)
    .replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return escaped.slice(0, maxLength);
}
