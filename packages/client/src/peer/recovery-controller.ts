import type { Clock } from "../util/clock.js";
import {
  initialRecovery,
  recover,
  attemptLimits,
  type RecoveryInput,
  type RecoveryState,
  type RecoveryStep,
  type RecoveryTimes,
} from "../negotiation/recovery.js";
import {
  initialExchangeTimeout,
  stepExchangeTimeout,
  type ExchangeTimeoutInput,
} from "../negotiation/exchange-timeout.js";

export interface RecoveryListener {
  restartIce(): void;
  /** Replaces the connection, or makes the first one. */
  rebuild(): void;
  /** Resends what the current exchange waits for. */
  resend(): void;
  recovery(step: RecoveryStep, attempt: number, cause: string | undefined): void;
}

/** How the peer can be reached now: the one place where that is known. */
export interface Reachability {
  /** Whether the server delivers messages to the peer. */
  readonly online: boolean;
  /** Whether any route to the peer is open. */
  readonly open: boolean;
}

/** Carries out the recovery policy and the exchange timeout of one peer, and keeps their timers. */
export class RecoveryController {
  readonly #clock: Clock;
  readonly #times: RecoveryTimes & { readonly answerMs: number };
  readonly #route: Reachability;
  readonly #listener: RecoveryListener;
  #recovery: RecoveryState;
  #timeout = initialExchangeTimeout;
  #exchangeSince = 0;
  #stopTimer: (() => void) | undefined;
  #stopTimeout: (() => void) | undefined;
  #closed = false;

  constructor(
    options: { polite: boolean; replaceable: boolean; restartable: boolean },
    route: Reachability,
    { recovery, clock }: { recovery: RecoveryTimes & { readonly answerMs: number }; clock: Clock },
    listener: RecoveryListener,
  ) {
    this.#recovery = initialRecovery(options);
    this.#times = recovery;
    this.#clock = clock;
    this.#route = route;
    this.#listener = listener;
    if (route.online) this.dispatch({ type: "reachable" });
  }

  get state(): RecoveryState {
    return this.#recovery;
  }

  /** Attempts before it gives up. */
  get attempts(): number {
    const { restarts, rebuilds } = attemptLimits(this.#recovery, this.#times);
    return restarts + rebuilds;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How long the current offer/answer exchange has taken, in milliseconds. */
  get exchangeForMs(): number {
    return this.#clock.now() - this.#exchangeSince;
  }

  dispatch(input: RecoveryInput): void {
    if (this.#closed) return;
    const { state, effects } = recover(this.#recovery, input, this.#times);
    this.#recovery = state;
    for (const effect of effects) {
      switch (effect.type) {
        case "restart-ice":
          this.#listener.restartIce();
          break;
        case "rebuild":
          this.#listener.rebuild();
          break;
        case "notify":
          this.#listener.recovery(effect.step, effect.attempt, effect.cause);
          break;
        case "timer":
          this.#stopTimer?.();
          this.#stopTimer = effect.ms === undefined ? undefined : this.#clock.after(effect.ms, () => this.#due());
          break;
      }
    }
  }

  /** The offer/answer exchange that is under way now; undefined if there is none. */
  exchangeChanged(exchange: string | undefined): void {
    if (exchange !== this.#timeout.exchange) this.#exchangeSince = this.#clock.now();
    this.#checkTimeout({ type: "exchange", exchange, reachable: this.#route.open });
  }

  /** A route to the peer has opened or closed. */
  routeChanged(): void {
    this.#checkTimeout({ type: "reachable", reachable: this.#route.open });
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer?.();
    this.#stopTimeout?.();
  }

  #due(): void {
    this.dispatch({ type: "due", reachable: this.#route.online });
  }

  #checkTimeout(input: ExchangeTimeoutInput): void {
    if (this.#closed) return;
    const { state, effects } = stepExchangeTimeout(this.#timeout, input);
    this.#timeout = state;
    for (const effect of effects) {
      switch (effect.type) {
        case "timer":
          this.#stopTimeout?.();
          this.#stopTimeout = effect.running
            ? this.#clock.after(this.#times.answerMs, () => this.#checkTimeout({ type: "due" }))
            : undefined;
          break;
        case "resend":
          this.#listener.resend();
          break;
        case "give-up":
          this.dispatch({ type: "stuck", cause: "Offers were not answered." });
          break;
      }
    }
  }
}
