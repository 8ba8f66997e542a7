import type { PeerFaults } from "../peer/ports.js";
import type { ChannelListener } from "../signaling/signaling-channel.js";
import type { Socket } from "../signaling/socket-io.js";

/**
 * How `simulate` of `@sig/client/testing` reaches into a manager. A global symbol, so that two copies of this library
 * agree.
 */
export const faultsOf = Symbol.for("@sig/client/faults");

export interface Faults {
  readonly socket: Socket;
  /** What the server sends arrives here. Undefined before the first join. */
  readonly membership: Pick<ChannelListener, "message"> | undefined;
  readonly peers: ReadonlyMap<string, { readonly session: PeerFaults }>;
}
