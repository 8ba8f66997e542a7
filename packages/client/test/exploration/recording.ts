import type { Scenario } from "./scenario.js";

export type Kind = "audio" | "video";

/** The delays of one run, in milliseconds. */
export interface Delays {
  readonly candidates: number;
  readonly operationMs: readonly [number, number];
  readonly gatheringMs: readonly [number, number];
  readonly signalingMs: readonly [number, number];
  readonly graceMs: number;
}

/** One thing that a person does, or that happens to a person. Plain data with everything that was chosen at random. */
export type Step =
  | { readonly action: "join" | "leave" | "send" }
  | { readonly action: "publish"; readonly kinds: readonly Kind[] }
  | { readonly action: "stop"; readonly label: string }
  | { readonly action: "replace"; readonly label: string; readonly kind: Kind }
  | { readonly action: "swap"; readonly label: string; readonly kinds: readonly Kind[] }
  /** `peer` is the position among the person's peers. */
  | { readonly action: "restart-ice"; readonly peer: number }
  /** `null`: that end does not notice. */
  | {
      readonly action: "cut-socket";
      readonly ms: number;
      readonly clientMs: number | null;
      readonly serverMs: number | null;
    }
  | { readonly action: "cut-path"; readonly ends: readonly string[]; readonly ms: number }
  | { readonly action: "restart-server"; readonly ms: number }
  | {
      readonly action: "lose-messages";
      readonly drop: number;
      readonly duplicate: number;
      readonly reorder: number;
      readonly ms: number;
    }
  | { readonly action: "fail-operation"; readonly operation: FailingOperation };

export type FailingOperation = "constructor" | "setLocalDescription" | "setRemoteDescription" | "addIceCandidate";

export type TimedStep = Step & {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly person: string;
  /** The person sends everybody a message right after it. */
  readonly sends?: true;
};

/** The signaling server of a run: `MemorySignaling`, or `@sig/server` behind the same sockets. */
export type ServerKind = "memory" | "real";

/** Everything that makes up one run. As JSON it replays the run, whatever seeds mean by then. */
export interface Recording {
  /** Latencies and keys still come from it. */
  readonly seed: number;
  readonly server: ServerKind;
  readonly scenario: Scenario;
  readonly delays: Delays;
  readonly steps: readonly TimedStep[];
  /** Who joins once everything is repaired. */
  readonly joinsAtEnd: readonly string[];
}
