import { randomText } from "./key.js";
import { initialLink, stepLink, type LinkInput, type LinkState } from "../negotiation/reliable-link.js";
import { compareEpoch, epochNumber, nextEpoch } from "../negotiation/connection-epoch.js";
import type { Link } from "@sig/protocol/page";
import type { Clock } from "../util/clock.js";
import type { Signal } from "../negotiation/types.js";

/** Sends to the peer. Without a signal it is a bare acknowledgement; `again`: an earlier copy may be lost. */
type Transmit = (signal: Signal | undefined, link: Link | undefined, again: boolean) => void;

export interface SignalSequenceListener {
  deliver(signal: Signal): void;
  /** The peer has begun a new connection epoch: our connection is void, and its next message is for another. */
  remoteRestarted(): void;
  /** The peer goes on in a newer connection epoch than ours: a new connection has to begin. */
  superseded(): void;
}

/**
 * The sequence of signals with one peer: its connection epochs, one after another, and the timers of the current one.
 */
export class SignalSequence {
  readonly #clock: Clock;
  readonly #polite: boolean;
  readonly #transmit: Transmit;
  readonly #listener: SignalSequenceListener;
  readonly #stop = { resend: nothing, ack: nothing };
  #state: LinkState<Signal> | undefined;
  #mode: LinkState<Signal>["mode"];
  readonly #route: { readonly open: boolean };
  /** The newest epoch that has ended. */
  #ended: string | undefined;
  /** The highest epoch number seen. An offer with a join has number 1, and ends with any other first offer. */
  #highest = 1;

  constructor(
    { profile }: { readonly profile: { readonly polite: boolean; readonly extended: boolean } },
    route: { readonly open: boolean },
    clock: Clock,
    transmit: Transmit,
    listener: SignalSequenceListener,
  ) {
    this.#mode = profile.extended ? "unknown" : "unnumbered";
    this.#polite = profile.polite;
    this.#route = route;
    this.#clock = clock;
    this.#transmit = transmit;
    this.#listener = listener;
  }

  /** Whether the peer keeps a sequence, as its messages show. */
  get on(): boolean {
    return this.#mode === "numbered";
  }

  /** Whether what is sent in an outage arrives after it. */
  get reliable(): boolean {
    return this.#mode !== "unnumbered";
  }

  /** Whether the peer has yet to acknowledge something. */
  get unacknowledged(): boolean {
    return this.#state !== undefined && this.#state.unacknowledged.length > 0;
  }

  /** Begins an epoch of our own, for a connection that we make the first offer of. */
  begin(epoch = nextEpoch(this.#highest, randomText(8))): void {
    this.#adopt(epoch);
  }

  /** `isSent`: it was sent with the join. */
  send(signal: Signal, isSent = false): void {
    if (this.#state === undefined) this.begin();
    this.#step({ type: "send", message: signal, isSent });
  }

  /** `signal` is undefined in a bare acknowledgement. */
  receive(signal: Signal | undefined, link: Link | undefined): void {
    if (link === undefined) {
      if (this.#state === undefined) this.begin();
      this.#step({ type: "received", message: signal });
      return;
    }
    const current = this.#state?.epoch;
    const order = compareEpoch(link.epoch, current ?? this.#ended, this.#polite);
    this.#highest = Math.max(this.#highest, epochNumber(link.epoch));
    if (order === "newer") {
      // We have ended this epoch, and the peer has forgotten the ones after it; or we have forgotten what the peer
      // acknowledges. Our place in it is lost.
      if (link.seq === 0 || link.ack > 0 || link.epoch === this.#ended) {
        if (current !== undefined) this.#listener.superseded();
        return;
      }
      if (current !== undefined) this.#listener.remoteRestarted();
      this.#adopt(link.epoch);
    } else if (order === "older" || current === undefined) {
      // A peer that has forgotten how far we were learns it from this, and begins a newer epoch.
      if (link.seq !== 0 && this.#state !== undefined)
        this.#transmit(undefined, { epoch: this.#state.epoch, seq: 0, ack: this.#state.received }, false);
      return;
    }
    this.#step({ type: "received", link, message: signal });
  }

  /** A route to the peer has opened, another one has, or the last one has closed. */
  routeChanged(): void {
    this.#stopTimers();
    if (this.#route.open) this.#step({ type: "route-opened" });
  }

  /** Ends the epoch: what still arrives of it is dropped. */
  end(): void {
    this.#ended = this.#state?.epoch ?? this.#ended;
    this.#state = undefined;
    this.#stopTimers();
  }

  #adopt(epoch: string): void {
    this.end();
    this.#highest = Math.max(this.#highest, epochNumber(epoch));
    this.#state = initialLink(epoch, this.#mode);
  }

  #stopTimers(): void {
    this.#stop.resend();
    this.#stop.ack();
  }

  #step(input: LinkInput<Signal>): void {
    if (this.#state === undefined) return;
    const { state, effects } = stepLink(this.#state, input);
    this.#state = state;
    this.#mode = state.mode;
    for (const effect of effects) {
      // Delivering one message may end the epoch.
      if (this.#state.epoch !== state.epoch) return;
      if (effect.type === "deliver") this.#listener.deliver(effect.message);
      // Without a route nothing is sent and no timer runs: `route-opened` makes up for it.
      else if (!this.#route.open) continue;
      else if (effect.type === "transmit") this.#transmit(effect.message, effect.link, effect.resend);
      else {
        const { timer, ms } = effect;
        this.#stop[timer]();
        this.#stop[timer] =
          ms === undefined ? nothing : this.#clock.after(ms, () => this.#step({ type: `${timer}-due` }));
      }
    }
  }
}

function nothing(): void {
  // No timer runs.
}
