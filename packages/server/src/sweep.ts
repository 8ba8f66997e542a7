import { type Core } from "./core.js";

/** Reading a flag of each connection is cheap, and nobody looks at a frozen tile for long. */
const intervalMs = 10_000;

/**
 * Forgets rate limits that are restored. Ends connections whose `disconnect` never came here: a listener of the
 * application that threw before ours, or its `removeAllListeners`, would leave a member online for ever. A connected
 * socket whose listeners it has removed is listened to again.
 *
 * @param restore listens for new sockets again
 * @returns a function that stops it
 */
export function sweepConnections(
  { connections, settings, rateLimiters }: Pick<Core, "connections" | "settings" | "rateLimiters">,
  restore: () => void,
): () => void {
  let stop: () => void;
  const sweep = (): void => {
    stop = settings.clock.after(intervalMs, sweep);
    rateLimiters?.sweep();
    restore();
    for (const connection of [...connections.values()]) {
      if (connection.socket.connected) connection.restoreListeners();
      else connection.ended();
    }
  };
  stop = settings.clock.after(intervalMs, sweep);
  return () => stop();
}
