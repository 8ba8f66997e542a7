import type { PeerInfo } from "@sig/server";
import type { EndConnection } from "../../packages/server/test/history/history.js";
import type { PageSocket } from "./page-socket.js";
import type { SimulatedProcess } from "./simulated-process.js";
import type { Stay } from "./stay.js";

/** A page with a client in it: the real one, or a legacy client. It ends when its person reloads it. */
export interface ClientPage {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly socket: PageSocket;
  readonly stays: readonly Stay[];
  /** The newest stay. */
  readonly stay: Stay | undefined;
  readonly publications: readonly unknown[];
  /** Whether it neither is in a room nor wants to be. */
  readonly isOut: boolean;
  /** The room that it is in, or wants to be in. */
  readonly room: string | undefined;
  /** What it is a member of, as far as it knows. */
  readonly membership: { readonly id: string; readonly room: string } | undefined;
  /** What it does to become a member, in a word. */
  readonly state: string;
  join(room: string): void;
  leave(): void;
  publish(kind: "audio" | "video"): void;
  stop(): void;
  /** Sends something to every peer. */
  send(): void;
  setMetadata(metadata: { readonly at: number }): void;
  /** @param at a position among the peers */
  restartIce(at: number): void;
  /** Nothing of the page runs until it is thawed. Not every browser announces that. */
  freeze(isAnnounced: boolean): void;
  thaw(isAnnounced: boolean): void;
  /** The page is closed: nothing of it runs any more. */
  end(crashes: boolean): void;
  /** The connections that are open, each with its peer. */
  endConnections(): EndConnection[];
  /** What contradicts the members of its room, as nodes list them, and what it could never make sense of. */
  contradictions(members: readonly PeerInfo[], hasAttributes: boolean): string[];
}
