import { createServer } from "node:http";
import { recommendedServerOptions } from "@sig/server";
import { Server } from "socket.io";
import { greeting, serveApplication } from "../support/application.js";
import { hostOf, type HostKind } from "../support/host.js";

export const parentNamespace: HostKind = {
  name: "a parent namespace, one child for each tenant",
  own: "/tenant-1",
  calls: "/tenant-1",
  serviceOf: (signaling) => signaling.of("/tenant-1"),
  async start({ attachSignaling }) {
    const http = createServer((_request, response) => void response.end(greeting));
    const io = new Server(http, { ...recommendedServerOptions });

    const tenants = io.of(/^\/tenant-\d+$/);
    const signaling = attachSignaling(tenants);

    const application = serveApplication(io, tenants);
    return hostOf({ http, io, signaling, application, namespaces: [tenants, io.of("/tenant-1"), io.of("/admin")] });
  },
};
