import {
  type Capabilities,
  type ClientEventName,
  type ErrorCode,
  type ExitReason,
  type Json,
  type Presence,
} from "@sig/protocol";
import { isPromiseLike } from "./maybe-promise.js";

/** A member of a room, as the host sees it. */
export interface PeerInfo {
  readonly id: string;
  /** Whether it joined with a key; without, it speaks the seed protocol only. */
  readonly keyed: boolean;
  readonly state: Presence;
  readonly metadata?: Json | undefined;
  readonly capabilities?: Capabilities | undefined;
}

/** What happened, for the host. */
export interface SignalingEvents {
  peerJoined: { readonly room: string; readonly peer: PeerInfo };
  peerLeft: { readonly room: string; readonly peer: PeerInfo; readonly reason: ExitReason };
  /** A peer's connection dropped; it leaves with reason `lost` unless it comes back within `graceMs`. */
  peerAway: { readonly room: string; readonly peer: PeerInfo };
  /** A peer came back on a new connection: after it was away, or by taking over a membership that was still held. */
  peerBack: { readonly room: string; readonly peer: PeerInfo };
  /** An offer, an answer or a candidate was passed on. */
  relayed: {
    readonly room: string;
    readonly from: string;
    readonly to: string;
    readonly event: "offer" | "answer" | "candidate";
  };
  /** A socket's call was refused. */
  rejected: { readonly socketId: string; readonly event: ClientEventName; readonly code: ErrorCode };
  /** A function, schema or listener of the host failed. The peers were served as the documentation of it says. */
  error: SignalingFault;
}

/** What of the host's failed. */
export type FaultSource =
  "authorize" | "iceServers" | "metadata" | "messages" | "roster" | "listener" | "socket" | "handler";

/** Something of the host's failed; `cause` is what it threw. */
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

/** Calls the host's listeners. One that throws, or whose promise is rejected, breaks nothing but itself. */
export class SignalingEmitter {
  readonly #listeners: Listeners = {
    peerJoined: new Set(),
    peerLeft: new Set(),
    peerAway: new Set(),
    peerBack: new Set(),
    relayed: new Set(),
    rejected: new Set(),
    error: new Set(),
  };

  /** @returns a function that takes the listener off again */
  on<Event extends keyof SignalingEvents>(event: Event, listener: Listener<Event>): () => void {
    if (!Object.hasOwn(this.#listeners, event)) throw new TypeError("There is no such signaling event.");
    if (typeof listener !== "function") throw new TypeError("A listener must be a function.");
    const listeners: Set<Listener<Event>> = this.#listeners[event];
    // A function of its own for each call: the same listener may be added twice and taken off once.
    const own: Listener<Event> = (detail) => listener(detail);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  /** For the busy path: nothing needs to be put together that nobody hears. */
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
    // A listener of errors that fails is not told of its own failure: that would never end.
    if (event !== "error") this.emit("error", new SignalingFault("listener", cause));
  }
}
