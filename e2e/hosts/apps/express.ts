import { createServer } from "node:http";
import { recommendedServerOptions } from "@sig/server";
import express from "express";
import { Server } from "socket.io";
import { greeting, serveApplication } from "../support/application.js";
import { hostOf, type HostKind } from "../support/host.js";

export const express5: HostKind = {
  name: "Express 5",
  own: "/",
  calls: "/",
  async start({ attachSignaling }) {
    const app = express();
    app.get("/", (_request, response) => void response.send(greeting));

    const http = createServer(app);
    const io = new Server(http, { ...recommendedServerOptions });
    const signaling = attachSignaling(io);

    const application = serveApplication(io);
    return hostOf({ http, io, signaling, application });
  },
};
