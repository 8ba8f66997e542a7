import { type Namespace, type Socket } from "./socket-io.js";

/**
 * Adds the listener for new sockets again if the application has removed it with its own, by `removeAllListeners` say,
 * and calls it for the sockets that are connected. It has to expect sockets that it knows.
 */
export function restoreListener(namespace: Partial<Namespace>, listener: (socket: Socket) => void): void {
  if (namespace.listeners?.("connection").includes(listener) !== false) return;
  namespace.on?.("connection", listener);
  for (const socket of namespace.sockets?.values() ?? []) listener(socket);
}
