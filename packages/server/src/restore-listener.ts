import { takeJoinsOnConnect } from "./joins-on-connect.js";
import { type Namespace, type Socket } from "./socket-io.js";

/**
 * Adds the listener for new sockets again if the application has removed it with its own, by `removeAllListeners` say,
 * and calls it for the sockets that are connected. It has to expect sockets that it knows.
 */
export function restoreListener(
  namespace: Partial<Namespace>,
  listener: (socket: Socket) => void,
  eventPrefix: string,
): void {
  if (namespace.listeners?.("connection").includes(listener) !== false) return;
  namespace.on?.("connection", listener);
  serveConnected(namespace, listener, eventPrefix);
}

/**
 * Calls the listener for the sockets that are connected already. What they connected with is out of date: the client
 * may have left since.
 */
export function serveConnected(
  { sockets }: Partial<Namespace>,
  listener: (socket: Socket) => void,
  eventPrefix: string,
): void {
  for (const socket of sockets?.values() ?? []) {
    takeJoinsOnConnect(socket, eventPrefix);
    listener(socket);
  }
}
