import type { Json } from "@sig/protocol";

/** How one run is set up, in milliseconds. */
export interface Setup {
  /** Latencies and keys still come from it. */
  readonly seed: number;
  readonly graceMs: number;
  /** Whether nodes learn from a token which person a client belongs to. Default: they do not. */
  readonly hasUsers?: boolean;
  /** Those whose clients speak the base protocol alone. Default: nobody. */
  readonly legacy?: readonly string[];
  /** One message between a client and its node. */
  readonly latencyMs: readonly [number, number];
}

/** A step that one client takes. */
export type ClientStep = { readonly client: string } & (
  | { readonly action: "join"; readonly room: string }
  | { readonly action: "leave" | "send" | "stop" | "metadata" }
  | { readonly action: "publish"; readonly kind: "audio" | "video" }
  /** `peer` is a position among the peers. */
  | { readonly action: "restart-ice"; readonly peer: number }
  /** The page ends, with a word to the server or without, and another one joins the same room. */
  | { readonly action: "reload"; readonly crashes: boolean }
);

/** A fault of the network between a client and its node, or another client. */
export type LinkFault = { readonly client: string; readonly ms: number } &
  /** `null`: that end does not notice. */
  (
    | { readonly action: "cut"; readonly clientMs: number | null; readonly serverMs: number | null }
    | { readonly action: "delay"; readonly byMs: number }
    | { readonly action: "duplicate"; readonly rate: number }
    | { readonly action: "cut-path"; readonly to: string }
    /** The page stops and goes on, which browsers may announce to it. Its node notices after `serverMs`. */
    | { readonly action: "freeze-page"; readonly serverMs: number | null; readonly isAnnounced: boolean }
  );

/** A fault of a node, by its position. */
export type NodeFault = { readonly node: number; readonly ms: number } & (
  | { readonly action: "freeze" }
  /** It ends, and starts again with another name. Its clients notice after `noticeMs`. */
  | { readonly action: "kill"; readonly noticeMs: number }
  /**
   * It moves its members to other nodes, for `withinMs` at most, and ends; another one starts `ms` later. The load
   * balancer avoids it after `noticeMs`.
   */
  | { readonly action: "drain"; readonly withinMs: number; readonly noticeMs: number }
  | { readonly action: "cut-redis"; readonly how: "lost" | "stalled" }
  /** What others publish meanwhile is lost. */
  | { readonly action: "lose-subscription" }
);

/** A fault of Redis. It comes back without its data. */
export type RedisFault = { readonly action: "restart-redis"; readonly ms: number } | { readonly action: "flush-redis" };

/** What the application on a node decides about a member: on the node that holds it, or on another one. */
export type ApplicationStep = { readonly node: number; readonly client: string } &
  /** `null`: banned for as long as the room has members. */
  (
    | { readonly action: "kick"; readonly by: "id" | "user"; readonly banMs: number | null }
    | { readonly action: "attributes"; readonly attributes: Json }
  );

/** One thing that happens. Plain data with everything that was chosen at random. */
export type Step = ApplicationStep | ClientStep | LinkFault | NodeFault | RedisFault;

/** `at` is in milliseconds since the start. */
export type TimedStep = Step & { readonly at: number };

/** Everything that makes up one run. As JSON it replays the run, whatever seeds mean by then. */
export interface Recording {
  readonly setup: Setup;
  readonly steps: readonly TimedStep[];
}
