import type { PeerFaults } from "../peer/ports.js";
import type { Socket } from "../signaling/socket-io.js";

/**
 * How `simulate` of `@sig/client/testing` reaches into a manager. A global symbol, so that two copies of this library
 * agree.
 */
export const faultsOf = Symbol.for("@sig/client/faults");

export interface Faults {
  readonly socket: Socket;
  readonly eventPrefix: string;
  readonly peers: ReadonlyMap<string, { readonly session: PeerFaults }>;
}
