import type { ClientInput } from "@sig/protocol/page";
import type { Socket } from "./socket-io.js";

/** Somebody who is in a room over a socket, or is joining. */
export interface SocketUser {
  /** Adds the join, if it can be sent now, to those of its event. */
  joinOnConnect(joins: Record<string, ClientInput<"createAndJoinRoom">[]>): void;
  send(event: "exit", payload: ClientInput<"exit">): void;
}

/**
 * Sends the joins of a socket with its request to connect: one round trip less (docs/protocol.md, Joining on connect).
 * Socket.IO reads `socket.auth` for that request. Everybody else always reads and writes the application's own value.
 * `users`: by the name of their room.
 */
export function sendJoinsOnConnect(socket: Socket, users: ReadonlyMap<string, SocketUser>): void {
  let own = socket.auth;
  const connection = (): object | undefined => {
    const { engine } = socket.io ?? {};
    return engine?.readyState === "open" ? engine : undefined;
  };
  /** Whether a request has no answer yet, or was rejected: the application may reject what it does not know. */
  let isRequested = false;
  let requestedOver: object | undefined;
  let sent: [room: string, user: SocketUser][] = [];

  const requested = (): void => {
    isRequested = true;
    socket.on("connect", connected);
  };
  const connected = (): void => {
    isRequested = false;
    socket.off("connect", connected);
    // The server has let in whoever left before its answer.
    for (const [room, user] of sent)
      if (users.get(room) !== user && connection() === requestedOver) user.send("exit", { room });
    sent = [];
  };
  const request = (send: (auth: object) => void): void => {
    requested();
    requestedOver = connection();
    const sendWithJoins = (auth: unknown): void => {
      const joins = {};
      sent = [...users];
      for (const [, user] of sent) user.joinOnConnect(joins);
      send({ ...(auth as object | undefined), ...joins });
    };
    if (typeof own === "function") own.call(socket, sendWithJoins);
    else sendWithJoins(own);
  };

  if (socket.active && !socket.connected && connection() !== undefined) requested();
  // Unlike `Object.defineProperty` it does not throw where the application has frozen its socket.
  Reflect.defineProperty(socket, "auth", {
    get: () => {
      // Socket.IO reads it at once when the connection is open: before the application can.
      const isFree = !isRequested && users.size > 0 && socket.active && !socket.connected;
      return isFree && connection() ? request : own;
    },
    set: (auth: unknown) => (own = auth),
    configurable: true,
    enumerable: true,
  });
}
