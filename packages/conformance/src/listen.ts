import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens; port 0 takes any. Gives the port. Throws an Error with a sentence for a person where that fails. */
export async function listen(server: Server, port: number, host?: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === "EADDRINUSE"
          ? new Error(`Port ${String(port)} is taken: --port names another, and 0 takes any.`)
          : cause,
      ),
    );
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}
