import type * as protocol from "@sig/protocol";

type Protocol = Pick<
  typeof protocol,
  "createClientEvents" | "createServerEvents" | "defaultLimits" | "readingLimits" | "read"
>;

/** Reads what arrives as version 1 does, and reports what it cannot read, or does not know. */
export type Reading = (event: string, payload: unknown) => string[];

/**
 * What version 2 sends to everybody with a key: version 1 drops it unread, and loses nothing that it knows. All else
 * that it does not know needs a feature that it has not named.
 */
const additions = new Set([
  "attributes",
  "created.attributes",
  "created.expiresIn",
  "created.features",
  "created.peers.attributes",
  "created.peers.features",
  "joined.attributes",
  "joined.features",
  "createAndJoinRoom.features",
]);

/** Clients of the base protocol fill it in, so do all others; no server reads it. */
const claimed = new Set(["offer.from", "answer.from", "candidate.from", "exit.from"]);

/** What a client of version 1 makes of what a server, or the peer at the other end of a data channel, sends to it. */
export function clientReading({ createServerEvents, readingLimits, read }: Protocol): Reading {
  return readingBy(createServerEvents(readingLimits), read, additions);
}

/** What a server of version 1 makes of what a client sends to it. */
export function serverReading({ createClientEvents, defaultLimits, read }: Protocol): Reading {
  return readingBy(createClientEvents(defaultLimits), read, new Set([...additions, ...claimed]));
}

function readingBy(schemas: object, read: Protocol["read"], unread: ReadonlySet<string>): Reading {
  const known = new Map<string, Parameters<Protocol["read"]>[0]>(Object.entries(schemas));
  return (event, payload) => {
    const schema = known.get(event);
    if (schema === undefined) return unread.has(event) ? [] : [`${event}: an unknown event`];
    const value = read(schema, payload);
    if (value === undefined) return [`${event}: ${JSON.stringify(payload)} is invalid`];
    return lost(payload, value, event)
      .filter((path) => !unread.has(path))
      .map((path) => `${path}: an unknown field`);
  };
}

/** The paths of the fields that a reader left out; the items of a list share one. */
function lost(raw: unknown, value: unknown, path: string): string[] {
  if (Array.isArray(raw) && Array.isArray(value)) return raw.flatMap((item, index) => lost(item, value[index], path));
  if (!isObject(raw) || !isObject(value)) return [];
  return Object.entries(raw).flatMap(([name, field]) =>
    name in value ? lost(field, value[name], `${path}.${name}`) : [`${path}.${name}`],
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
