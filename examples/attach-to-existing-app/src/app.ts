import { createServer, type Server as HttpServer } from "node:http";
import express from "express";
import { Server } from "socket.io";

export interface ExistingApp {
  readonly http: HttpServer;
  readonly io: Server;
}

/** An app without calls: a page and a chat, with its own Socket.IO rooms, events and `/admin` namespace. */
export function createApp(): ExistingApp {
  const app = express();
  app.get("/", (_request, response) => {
    response.type("text").send("This app has a chat over Socket.IO at this address.\n");
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
