import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import { serve } from "@hono/node-server";
import { recommendedServerOptions } from "@sig/server";
import { Hono } from "hono";
import { Server } from "socket.io";
import { greeting, serveApplication } from "../support/application.js";
import { hostOf, listenOn, type HostKind } from "../support/host.js";

export const honoOnNode: HostKind = {
  name: "Hono on Node",
  own: "/",
  calls: "/",
  async start({ attachSignaling }) {
    const app = new Hono();
    app.get("/", (context) => context.text(greeting));
    const { port, host: hostname } = listenOn;

    const http = serve({ fetch: app.fetch, port, hostname }) as HttpServer;
    const io = new Server(http, { ...recommendedServerOptions });
    const signaling = attachSignaling(io);

    const application = serveApplication(io);
    if (!http.listening) await once(http, "listening");
    return hostOf({ http, io, signaling, application });
  },
};
