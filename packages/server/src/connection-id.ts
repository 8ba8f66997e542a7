import { systemRandomBytes } from "./random.js";
import { type Socket } from "./socket-io.js";

/** As many characters as an id of Socket.IO has. */
const randomSize = 15;

/**
 * The id under which a connection is known to others: in rooms, in rosters, in logs, in names of TURN users. It is the
 * id of the socket, but for a client of Socket.IO 2 (`allowEIO3`): there that id is a credential, and whoever knows it
 * can take the transport over.
 */
export function connectionId({ id, conn }: Socket): string {
  return conn?.protocol === 3 ? Buffer.from(systemRandomBytes(randomSize)).toString("base64url") : id;
}
