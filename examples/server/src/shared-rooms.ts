import type { SharedRoster } from "@sig/server";
import { redisRoster } from "@sig/server/redis";
import { createClient } from "redis";

export interface SharedRooms {
  readonly roster: SharedRoster;
  /** Ends the connection, after the service was closed. */
  close(): void;
}

/**
 * Rooms that all processes with the same Redis share. Does not wait for Redis: until it answers, `/healthz` says that
 * the roster is unreachable.
 *
 * @param url As the environment variable `REDIS_URL` has it.
 * @throws Error when the address is invalid.
 */
export function shareRooms(url: string): SharedRooms {
  if (!/^rediss?:\/\/[^/]/.test(url))
    throw new Error("Invalid REDIS_URL: expected an address such as redis://127.0.0.1:6379.");
  const client = createClient({ url });
  let failing = false;
  // The client emits an error for each attempt to connect; the address may have a password.
  client.on("error", ({ code, name }: NodeJS.ErrnoException) => {
    if (!failing) console.error(`Redis is unreachable (${code ?? name}). Trying again.`);
    failing = true;
  });
  client.on("ready", () => (failing = false));
  client.connect().catch(() => {
    // Closed before the first connection was made.
  });
  return { roster: redisRoster(client), close: () => client.destroy() };
}
