import { systemRandomBytes } from "./random.js";
import { type Socket } from "./socket-io.js";

/** As many characters as an id of Socket.IO has. */
const randomSize = 15;
/** Of sockets whose own id is a credential. */
const randomIds = new WeakMap<Socket, string>();

/**
 * The id under which a connection is known to others: in rooms, in rosters, in logs, in names of TURN users. It is the
 * id of the socket, but for a client of Socket.IO 2 (`allowEIO3`): there that id is a credential, and whoever knows it
 * can take the transport over.
 */
export function connectionId(socket: Socket): string {
  if (socket.conn?.protocol !== 3) return socket.id;
  let id = randomIds.get(socket);
  if (id === undefined) {
    id = Buffer.from(systemRandomBytes(randomSize)).toString("base64url");
    randomIds.set(socket, id);
  }
  return id;
}
