import { createServer } from "node:http";
import { recommendedServerOptions } from "@sig/server";
import express from "express";
import { Server } from "socket.io";
import { greeting, serveApplication } from "../support/application.js";
import { hostOf, type HostKind } from "../support/host.js";

export const ownNamespace: HostKind = {
  name: "Express 5, calls on a namespace of their own",
  own: "/",
  calls: "/calls",
  async start({ attachSignaling }) {
    const app = express();
    app.get("/", (_request, response) => void response.send(greeting));
    const http = createServer(app);
    const io = new Server(http, { ...recommendedServerOptions });
    const application = serveApplication(io);

    const signaling = attachSignaling(io.of("/calls"));

    return hostOf({ http, io, signaling, application, namespaces: [io.of("/"), io.of("/admin"), io.of("/calls")] });
  },
};
