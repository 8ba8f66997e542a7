import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Listens, and resolves with the port.
 * @param port 0 takes any free port
 * @throws Error if the port is in use
 */
export async function listen(server: Server, port: number, host?: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${String(port)} is in use. Choose another with --port; 0 takes any free port.`)
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}
