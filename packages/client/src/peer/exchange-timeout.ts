import { maxExchangeResends } from "../negotiation/time-constants.js";
import type { Clock } from "../util/clock.js";

export interface ExchangeTimeoutListener {
  /** Resends what the current exchange waits for. */
  resend(): void;
  /** The exchange cannot succeed on this connection. */
  giveUp(): void;
}

/**
 * Resends an offer/answer exchange that takes too long, then gives it up. The clock stops while the peer is
 * unreachable.
 */
export class ExchangeTimeout {
  readonly #ms: number;
  readonly #clock: Clock;
  readonly #route: { readonly open: boolean };
  readonly #listener: ExchangeTimeoutListener;
  #exchange: string | undefined;
  #since = 0;
  #resends = 0;
  #stop: (() => void) | undefined;

  constructor(ms: number, clock: Clock, route: { readonly open: boolean }, listener: ExchangeTimeoutListener) {
    this.#ms = ms;
    this.#clock = clock;
    this.#route = route;
    this.#listener = listener;
  }

  /** How long the current exchange has taken, in milliseconds. */
  get elapsedMs(): number {
    return this.#clock.now() - this.#since;
  }

  /** `exchange` is under way now; undefined if there is none. */
  exchangeChanged(exchange: string | undefined): void {
    if (exchange === this.#exchange) return;
    this.#exchange = exchange;
    this.#since = this.#clock.now();
    this.#resends = 0;
    this.restart();
  }

  /** To be called when a route to the peer has opened or closed. */
  restart(): void {
    this.#stop?.();
    this.#stop =
      this.#exchange !== undefined && this.#route.open ? this.#clock.after(this.#ms, () => this.#due()) : undefined;
  }

  #due(): void {
    this.restart();
    if (this.#resends++ < maxExchangeResends) this.#listener.resend();
    else {
      this.#resends = 0;
      this.#listener.giveUp();
    }
  }
}
