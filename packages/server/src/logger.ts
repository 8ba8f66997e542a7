/** What a log line says beside its message. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Where the library writes what it did; pino's and winston's signature fits with a small adapter, `console` as it is.
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

/** A host's logger that cannot break its caller: what it throws is swallowed, what it is given is harmless. */
export function guardLogger(logger: Logger | undefined): Log {
  if (logger === undefined) return { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      try {
        logger[level](message, harmless(fields));
      } catch {
        // A full disk or a broken transport is the host's to notice, not a reason to refuse a peer.
      }
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

function ignore(): void {
  // Silent by default.
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

/** A text of at most `maxLength` characters, on one line, with nothing in it that a terminal would obey. */
export function printable(text: string, maxLength: number): string {
  const escaped = text
    .slice(0, maxLength)
    .replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return escaped.slice(0, maxLength);
}
