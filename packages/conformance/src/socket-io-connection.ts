import { io } from "socket.io-client";
import { describeFailure } from "./connection-failure.js";
import { Unreachable, type Connect } from "./connection.js";

/**
 * Connects over WebSocket to a Socket.IO namespace.
 * @param url address of the namespace
 * @param path where the server mounts Socket.IO
 */
export function connectBySocketIo(url: string, path = "/socket.io/"): Connect {
  return async (listener, timeoutMs, auth = {}) => {
    const socket = io(url, {
      path,
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      auth,
      timeout: Math.max(timeoutMs, 5_000),
    });
    socket.onAny((event: string, payload: unknown) => listener.onEvent(event, payload));
    socket.on("disconnect", () => listener.onClose());
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", (error) => {
        socket.disconnect();
        reject(new Unreachable(`No connection to ${url}: ${describeFailure(error, path)}.`));
      });
    });
    return {
      get id() {
        return socket.id;
      },
      get isOpen() {
        return socket.connected;
      },
      emit: (event, payload, ack) => {
        socket.emit(event, ...payload, ...(ack === undefined ? [] : [ack]));
      },
      drop: () => socket.io.engine.close(),
      close: () => socket.disconnect(),
    };
  };
}
