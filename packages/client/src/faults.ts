import type { Socket } from "./signaling/socket-io-channel.js";

/** Where `simulate` of `@sig/client/testing` gets into a manager. By name, so that two copies of this library agree. */
export const faultsOf = Symbol.for("@sig/client/faults");

/** What can be made to go wrong with one peer. */
export interface PairFaults {
  /** The ladder is told that the path has failed. The path itself is as it is. */
  failPath(): void;
  /** Makes an offer although nothing has changed. */
  offer(): void;
}

export interface Faults {
  readonly socket: Socket;
  readonly pairs: ReadonlyMap<string, PairFaults>;
}
