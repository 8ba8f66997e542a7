import { recommendedServerOptions } from "@sig/server";
import fastify from "fastify";
import { Server } from "socket.io";
import { greeting, serveApplication } from "../support/application.js";
import { hostOf, listenOn, type HostKind } from "../support/host.js";

export const fastify5: HostKind = {
  name: "Fastify 5",
  own: "/",
  calls: "/",
  async start({ attachSignaling }) {
    const app = fastify();
    app.get("/", () => greeting);

    const io = new Server(app.server, { ...recommendedServerOptions });
    const signaling = attachSignaling(io);
    app.addHook("preClose", () => io.close());

    const application = serveApplication(io);
    await app.listen(listenOn);
    return hostOf({ http: app.server, io, signaling, application, stop: () => app.close() });
  },
};
