import { io } from "socket.io-client";

/** A connection of its own to the server that the page came from; whoever opens it disconnects it. */
export function openSocket(): ReturnType<typeof io> {
  return io({ transports: ["websocket", "polling"], tryAllTransports: true, forceNew: true });
}
