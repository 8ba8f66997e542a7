import { readConnectionOptions } from "./connection-options.js";
import { readIceServers } from "./ice-servers.js";
import { readDrainMs } from "./drain-time.js";
import { readPort } from "./port.js";
import { startServer, type RunningServer } from "./start-server.js";

try {
  const drainMs = readDrainMs(process.env.DRAIN_MS);
  const server = await startServer({
    port: readPort(process.env.PORT),
    iceServers: readIceServers(process.env),
    ...readConnectionOptions(process.env),
    redisUrl: process.env.REDIS_URL,
  });
  closeOnSignal(server, drainMs);
  // Printed last: a program that waits for the address may send a signal at once.
  console.log(server.url);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

/**
 * At SIGTERM, with which platforms stop a process, sends the peers to the next one and then closes the server; at
 * SIGINT closes it at once. Ends the process on the second signal.
 */
function closeOnSignal(server: RunningServer, drainMs: number): void {
  let closing = false;
  const stop = (withinMs: number) => {
    if (closing) process.exit(1);
    closing = true;
    const drained = withinMs > 0 ? server.signaling.drain({ withinMs }) : Promise.resolve();
    drained
      .then(() => server.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          console.error("Failed to close the server:", error);
          process.exit(1);
        },
      );
  };
  process.on("SIGTERM", () => stop(drainMs));
  process.on("SIGINT", () => stop(0));
}

function explain(error: unknown): string {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === "EADDRINUSE") return `Port ${port ?? ""} is in use. Set PORT to another one; PORT=0 picks a free port.`;
  if (code === "EACCES") return `Permission denied for port ${port ?? ""}. Set PORT to one above 1023.`;
  return message;
}
