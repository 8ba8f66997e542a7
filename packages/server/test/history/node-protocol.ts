import type { Json } from "@sig/server";
import type { NodeEvent, Present } from "./history.js";

/** What the program of a node is started with. */
export interface NodeSettings {
  readonly redisPort: number;
  readonly prefix: string;
  /** 0 for any. */
  readonly port: number;
  readonly graceMs: number;
  /** How far its `Date.now` is ahead. */
  readonly epochOffsetMs: number;
  readonly rateLimit: boolean;
}

/** What a test asks of it. */
export type NodeRequest =
  | { readonly type: "peers"; readonly room: string }
  | { readonly type: "resources" }
  | { readonly type: "block"; readonly ms: number }
  | { readonly type: "skew"; readonly ms: number }
  | { readonly type: "drain"; readonly withinMs: number }
  | { readonly type: "kick"; readonly room: string; readonly id: string }
  | { readonly type: "attributes"; readonly room: string; readonly id: string; readonly attributes: Json }
  /** Send a message to everybody in the room. */
  | { readonly type: "message"; readonly room: string; readonly kind: string; readonly data: Json };

/** What it reports. */
export type NodeReport =
  | { readonly type: "event"; readonly room?: string; readonly event: NodeEvent }
  /** The join of a member has reached it. */
  | { readonly type: "asked"; readonly room: string; readonly id: string }
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "outage"; readonly message: string }
  /** Bytes of the heap after a collection, and rooms. */
  | { readonly type: "resources"; readonly heap: number; readonly rooms: number; readonly longestDelayMs: number }
  | { readonly type: "drained"; readonly remaining: number }
  | { readonly type: "peers"; readonly peers?: readonly Present[]; readonly failed?: string };
