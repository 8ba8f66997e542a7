import type { PeerFaults } from "../peer/ports.js";
import type { Socket } from "../signaling/socket-io-channel.js";

/** Where `simulate` of `@sig/client/testing` gets into a manager. By name, so that two copies of this library agree. */
export const faultsOf = Symbol.for("@sig/client/faults");

export interface Faults {
  readonly socket: Socket;
  readonly pairs: ReadonlyMap<string, PeerFaults>;
}
