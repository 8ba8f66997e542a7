import {
  type Capabilities,
  type ClientEventName,
  type ErrorCode,
  type ExitReason,
  type Json,
  type Presence,
} from "@sig/protocol";
import { isPromiseLike } from "./maybe-promise.js";

/** A member of a room, as the application sees it. */
export interface PeerInfo {
  readonly id: string;
  /** Whether it joined with a key; a legacy client joins without and knows the base protocol only. */
  readonly keyed: boolean;
  readonly state: Presence;
  readonly room: string;
  readonly metadata?: Json | undefined;
  readonly capabilities?: Capabilities | undefined;
  /** As `authorize` granted it. */
  readonly user?: string | undefined;
  /** As `authorize` granted them, or `setAttributes` changed them. */
  readonly attributes?: Json | undefined;
  /** The id of its socket; absent while it is away. */
  readonly socketId?: string | undefined;
  /** When the membership began, in milliseconds since 1970. Coming back does not change it. */
  readonly joinedAt: number;
}

/**
 * Why this library has disconnected a socket: it sent far too much, it read too slowly, or `drain` has moved it to
 * another node.
 */
export type CutOffReason = "flood" | "slow-reader" | "drain";

/** What was rejected, and of whom. */
export interface RejectedEvent {
  readonly socketId: string;
  readonly event: ClientEventName;
  readonly code: ErrorCode;
  /** The room that the caller named, if it is a plain name. */
  readonly room?: string;
  /** The peer that the caller is in that room, or would be after the join. */
  readonly peerId?: string;
  /** Absent if the application has not named the user. */
  readonly user?: string;
}

/** The events of `Signaling.on`, with the argument of their listeners. */
export interface SignalingEvents {
  peerJoined: { readonly room: string; readonly peer: PeerInfo };
  peerLeft: { readonly room: string; readonly peer: PeerInfo; readonly reason: ExitReason };
  /**
   * A peer's connection was lost, or cut off for the reason given. The peer leaves with reason `lost` unless it comes
   * back within `graceMs`.
   */
  peerAway: { readonly room: string; readonly peer: PeerInfo; readonly reason?: CutOffReason };
  /** A peer came back on a new connection: after it was away, or while its older connection was still open. */
  peerBack: { readonly room: string; readonly peer: PeerInfo };
  /** An offer, an answer or a candidate was relayed. */
  relayed: {
    readonly room: string;
    readonly from: string;
    readonly to: string;
    readonly event: "offer" | "answer" | "candidate";
  };
  /** An event of a socket was rejected, or a device by its gateway. */
  rejected: RejectedEvent;
  /** A socket was disconnected by this library, before its peers go away or leave for that. */
  cutOff: {
    readonly socketId: string;
    readonly reason: CutOffReason;
    /** What it was in each room at that time. */
    readonly peers: readonly { readonly room: string; readonly id: string; readonly user?: string }[];
  };
  /**
   * A function, schema, listener, tracer or roster of the application failed. The option's documentation says what
   * peers then receive.
   */
  error: SignalingFault;
}

/** The part that failed: an option of the application, a listener, a socket, or a handler of this library. */
export type FaultSource =
  "authorize" | "iceServers" | "metadata" | "messages" | "roster" | "listener" | "socket" | "handler" | "tracer";

/** A failure of one part; `cause` is what it threw. */
export class SignalingFault extends Error {
  override readonly name = "SignalingFault";
  readonly source: FaultSource;

  constructor(source: FaultSource, cause: unknown) {
    super(`${source} failed${cause instanceof Error ? `: ${cause.message}` : ""}`, { cause });
    this.source = source;
  }
}

type Listener<Event extends keyof SignalingEvents> = (detail: SignalingEvents[Event]) => unknown;
type Listeners = { [Event in keyof SignalingEvents]: Set<Listener<Event>> };

/** Calls the application's listeners. One that throws, or whose promise rejects, affects no other listener. */
export class SignalingEmitter {
  readonly #listeners: Listeners = {
    peerJoined: new Set(),
    peerLeft: new Set(),
    peerAway: new Set(),
    peerBack: new Set(),
    relayed: new Set(),
    rejected: new Set(),
    cutOff: new Set(),
    error: new Set(),
  };
  readonly #onListenerFault: () => void;

  /** @param onListenerFault called for each listener that fails, before that is emitted as `error` */
  constructor(onListenerFault: () => void = () => undefined) {
    this.#onListenerFault = onListenerFault;
  }

  /**
   * @returns a function that removes the listener
   * @throws TypeError if the event is unknown or the listener is not a function
   */
  on<Event extends keyof SignalingEvents>(event: Event, listener: Listener<Event>): () => void {
    if (!Object.hasOwn(this.#listeners, event)) {
      const known = Object.keys(this.#listeners).join(", ");
      throw new TypeError(`Unknown signaling event ${JSON.stringify(event)}. Known: ${known}.`);
    }
    if (typeof listener !== "function") throw new TypeError(`The listener of ${event} must be a function.`);
    const listeners: Set<Listener<Event>> = this.#listeners[event];
    // A function of its own for each call: the same listener may be added twice and removed once.
    const own: Listener<Event> = (detail) => listener(detail);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  /** Whether anybody listens. The relay asks before it makes the detail. */
  has(event: keyof SignalingEvents): boolean {
    return this.#listeners[event].size > 0;
  }

  emit<Event extends keyof SignalingEvents>(event: Event, detail: SignalingEvents[Event]): void {
    const listeners: Set<Listener<Event>> = this.#listeners[event];
    for (const listener of [...listeners]) {
      try {
        const result = listener(detail);
        if (isPromiseLike(result)) result.then(undefined, (cause: unknown) => this.#failed(event, cause));
      } catch (cause) {
        this.#failed(event, cause);
      }
    }
  }

  clear(): void {
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
  }

  #failed(event: keyof SignalingEvents, cause: unknown): void {
    this.#onListenerFault();
    // The failure of a listener of `error` is not emitted: that could go on forever.
    if (event !== "error") this.emit("error", new SignalingFault("listener", cause));
  }
}
