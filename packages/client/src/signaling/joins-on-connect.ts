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
  /** Who sent a join, until the request is accepted: the application may reject one for what it does not know. */
  let requested: [room: string, user: SocketUser][] | undefined;

  /** Socket.IO sends its request at once when the connection is open: before the application can read `auth`. */
  const isOpen = (): boolean => socket.active && !socket.connected && socket.io?.engine?.readyState === "open";
  const expectAnswer = (): void => {
    requested = [];
    socket.on("connect", connected);
  };
  const connected = (): void => {
    socket.off("connect", connected);
    // The server has let in whoever left before its answer.
    for (const [room, user] of requested ?? []) if (users.get(room) !== user) user.send("exit", { room });
    requested = undefined;
  };
  const request = (send: (auth: object) => void): void => {
    expectAnswer();
    const sendWithJoins = (auth: unknown): void => {
      const joins = {};
      requested = [...users];
      for (const [, user] of requested) user.joinOnConnect(joins);
      send({ ...(auth as object | undefined), ...joins });
    };
    if (typeof own === "function") own.call(socket, sendWithJoins);
    else sendWithJoins(own);
  };

  if (isOpen()) expectAnswer();
  // Unlike `Object.defineProperty` it does not throw where the application has frozen its socket.
  Reflect.defineProperty(socket, "auth", {
    get: () => (requested === undefined && users.size > 0 && isOpen() ? request : own),
    set: (auth: unknown) => (own = auth),
    configurable: true,
  });
}
