// The server of this library in a process of its own, so that a test can see whether an attack ends the process.
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { attachSignaling, recommendedServerOptions } from "@sig/server";
import { Server } from "socket.io";

let uncaught = 0;
process.on("uncaughtException", () => (uncaught += 1));
process.on("unhandledRejection", () => (uncaught += 1));

const http = createServer();
const io = new Server(http, recommendedServerOptions);
const signaling = attachSignaling(io, { rateLimit: false, authorize: async ({ room }) => room !== "closed" });

process.on("message", () => {
  void signaling.rooms().then((rooms) => process.send?.({ uncaught, rooms, polluted: "polluted" in {} }));
});
http.listen(0, "127.0.0.1", () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on("disconnect", () => process.exit(0));
