import type { MemorySignaling } from "@sig/client/testing";
import { createServerEvents, defaultLimits, type ServerEventName } from "@sig/protocol";
import type { Connect } from "../src/index.js";

const serverEventNames = Object.keys(createServerEvents(defaultLimits)) as ServerEventName[];

/** Connects the kit to a server in memory: no port, no transport. */
export function connectInMemory(signaling: MemorySignaling): Connect {
  return async (listener) => {
    const socket = signaling.socket();
    for (const event of serverEventNames)
      socket.on(event, (payload: unknown) => {
        listener.onEvent(event, payload);
      });
    await new Promise<void>((resolve) => {
      socket.once("connect", resolve);
    });
    socket.on("disconnect", () => {
      // The kit opens a new connection itself when a rule needs one.
      socket.disconnect();
      listener.onClose();
    });
    return {
      get id() {
        return socket.id;
      },
      get isOpen() {
        return socket.connected;
      },
      emit: (event, [payload], ack) => void socket.emit(event, payload, ack),
      drop: () => socket.io.engine.close(),
      close: () => void socket.disconnect(),
    };
  };
}
