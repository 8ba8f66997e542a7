import { readIceServers } from "./ice-servers.js";
import { readPort } from "./port.js";
import { startServer, type RunningServer } from "./start-server.js";

try {
  const server = await startServer({ port: readPort(process.env.PORT), iceServers: readIceServers(process.env) });
  closeOnSignal(server);
  // Whoever reads the address may send a signal at once.
  console.log(server.url);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

/** The first signal closes in order; a second one does not wait for it. */
function closeOnSignal(server: RunningServer): void {
  let closing = false;
  const stop = () => {
    if (closing) process.exit(1);
    closing = true;
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error("Closing failed:", error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function explain(error: unknown): string {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === "EADDRINUSE")
    return `Port ${port ?? ""} is taken. Choose another one, for example PORT=0 for any that is free.`;
  if (code === "EACCES")
    return `Port ${port ?? ""} needs rights that this process does not have. Choose one above 1023.`;
  return message;
}
