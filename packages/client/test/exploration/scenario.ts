import type { Abilities } from "../../src/index.js";

/** What can happen in a run, beside joins, leaves and changes of tracks. Plain data: recordings contain it. */
export interface Scenario {
  /** ICE restarts by the application. */
  readonly restarts?: boolean;
  /** Single messages between peers are lost, duplicated or reordered. */
  readonly unreliable?: boolean;
  /** Sockets are cut, noticed or not, and restored. */
  readonly cutSockets?: boolean;
  /** Network paths are cut and restored. */
  readonly cutPaths?: boolean;
  /** The server stops and starts again with empty rooms. */
  readonly serverRestarts?: boolean;
  /** Operations of connections reject. */
  readonly failures?: boolean;
  /** Receivers report packets, so that the client watches paths for silence. */
  readonly packets?: boolean;
  /** All clients are older ones that do not number messages: a duplicate is received twice. */
  readonly withoutLink?: boolean;
  /** What the connections of each person cannot do. */
  readonly abilities?: readonly Partial<Abilities>[];
}

/** The calm setting: people join, leave, change their tracks and restart ICE. */
export const calm: Scenario = { restarts: true };

/** Every fault between people who can still reach each other in the end. */
export const faults: Scenario = {
  restarts: true,
  unreliable: true,
  cutSockets: true,
  cutPaths: true,
  serverRestarts: true,
};

/** Operations of connections fail, and messages get lost. */
export const failing: Scenario = { restarts: true, unreliable: true, failures: true };
