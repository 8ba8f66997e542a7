import { MemorySignaling, type MemorySignalingOptions, type MemorySocket } from "../../src/testing/index.js";
import type { ServerKind } from "./recording.js";

/** A signaling server behind memory sockets, with faults. */
export interface ServerInMemory extends Pick<
  MemorySignaling,
  "socket" | "faults" | "cut" | "restore" | "stop" | "start" | "observe"
> {
  socket(): MemorySocket;
  /** The ids of the members of a room. */
  peers(room: string): string[] | Promise<string[]>;
}

export function createServer(_: ServerKind, options: MemorySignalingOptions): ServerInMemory {
  return new MemorySignaling(options);
}
