import { io } from "socket.io-client";

/** Opens a new connection to the server of this page. The caller disconnects it. */
export function openSocket(): ReturnType<typeof io> {
  return io({ transports: ["websocket", "polling"], tryAllTransports: true, forceNew: true });
}
