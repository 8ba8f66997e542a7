import { type Core } from "./core.js";

/** Reading a flag of each connection is cheap, and nobody looks at a frozen tile for long. */
const intervalMs = 10_000;

/**
 * Ends connections whose `disconnect` never came here: a listener of the application that threw before ours, or its
 * `removeAllListeners`, would leave a member online for ever.
 *
 * @returns a function that stops it
 */
export function sweepConnections({ connections, settings }: Pick<Core, "connections" | "settings">): () => void {
  let stop: () => void;
  const sweep = (): void => {
    stop = settings.clock.after(intervalMs, sweep);
    for (const connection of [...connections.values()]) if (!connection.socket.connected) connection.ended();
  };
  stop = settings.clock.after(intervalMs, sweep);
  return () => stop();
}
