import { MemorySignaling, type FakeClock, type MemorySocket } from "../../src/testing/index.js";
import type { ServerKind } from "./recording.js";
import { RealServer } from "./real-server.js";

/** A signaling server behind memory sockets, with faults. */
export interface ServerInMemory extends Pick<
  MemorySignaling,
  "socket" | "faults" | "cut" | "restore" | "stop" | "start" | "observe"
> {
  socket(): MemorySocket;
  /** The ids of the members of a room. */
  peers(room: string): string[] | Promise<string[]>;
}

export function createServer(
  kind: ServerKind,
  settings: {
    readonly clock: FakeClock;
    readonly seed: number;
    readonly latencyMs: readonly [number, number];
    readonly graceMs: number;
  },
): ServerInMemory {
  return kind === "real" ? new RealServer(settings) : new MemorySignaling(settings);
}
