import { createServer } from "node:http";
import { Server, type ServerOptions } from "socket.io";
import { greeting, serveApplication } from "../support/application.js";
import { hostOf, type HostKind } from "../support/host.js";

/** An application without a framework, on a given version of Socket.IO, with options of its own and no others. */
export function plain(
  row: Pick<HostKind, "name" | "connect" | "clientOptions">,
  options: Partial<ServerOptions> = {},
  Version = Server,
): HostKind {
  return {
    ...row,
    own: "/",
    calls: "/",
    async start({ attachSignaling }) {
      const http = createServer((_request, response) => void response.end(greeting));
      const io = new Version(http, options);
      const application = serveApplication(io);
      const signaling = attachSignaling(io);
      return hostOf({ http, io, signaling, application });
    },
  };
}
