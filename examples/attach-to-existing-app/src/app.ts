import { createServer, type Server as HttpServer } from "node:http";
import express from "express";
import { Server } from "socket.io";

export interface ExistingApp {
  readonly http: HttpServer;
  readonly io: Server;
}

/** The app as it was before it knew of calls: pages and a chat, with rooms, events and an `/admin` namespace of its own. */
export function createApp(): ExistingApp {
  const app = express();
  app.get("/", (_request, response) => {
    response.type("text").send("The chat of the existing app speaks Socket.IO at this address.\n");
  });

  const http = createServer(app);
  const io = new Server(http);

  io.on("connection", (socket) => {
    void socket.join("lobby");
    socket.on("chat message", (text: unknown) => {
      if (typeof text === "string") io.to("lobby").emit("chat message", text.slice(0, 1000));
    });
    socket.on("disconnect", () => io.to("lobby").emit("chat left", socket.id));
  });

  io.of("/admin").on("connection", (socket) => {
    socket.on("count", (reply: (count: number) => void) => {
      reply(io.of("/").sockets.size);
    });
  });

  return { http, io };
}
