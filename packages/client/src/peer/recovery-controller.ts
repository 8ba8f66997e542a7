import {
  initialRecovery,
  recover,
  attemptLimits,
  type Recoverable,
  type RecoveryInput,
  type RecoveryState,
  type RecoveryStep,
  type RecoveryTimes,
} from "../negotiation/recovery.js";
import { ExchangeTimeout } from "./exchange-timeout.js";
import type { Clock } from "../util/clock.js";

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
  readonly isOnline: boolean;
  /** Whether any route to the peer is open. */
  readonly open: boolean;
}

/** Carries out the recovery policy and the exchange timeout of one peer, and keeps their timers. */
export class RecoveryController {
  readonly #clock: Clock;
  readonly times: RecoveryTimes & { readonly answerMs: number };
  readonly #route: Reachability;
  readonly #listener: RecoveryListener;
  readonly #timeout: ExchangeTimeout;
  declare state: RecoveryState;
  #stopTimer: (() => void) | undefined;
  closed = false;

  constructor(
    peer: Recoverable,
    route: Reachability,
    { recovery, clock }: { recovery: RecoveryTimes & { readonly answerMs: number }; clock: Clock },
    listener: RecoveryListener,
  ) {
    this.state = initialRecovery(peer);
    this.times = recovery;
    this.#clock = clock;
    this.#route = route;
    this.#listener = listener;
    this.#timeout = new ExchangeTimeout(recovery.answerMs, clock, route, {
      resend: () => listener.resend(),
      giveUp: () => this.dispatch({ type: "stuck", cause: "The offer was not answered." }),
    });
    if (route.isOnline) this.dispatch({ type: "reachable" });
  }

  /** Attempts before it gives up. */
  get limits(): ReturnType<typeof attemptLimits> {
    return attemptLimits(this.state, this.times);
  }

  /** How long the current offer/answer exchange has taken, in milliseconds. */
  get exchangeForMs(): number {
    return this.#timeout.elapsedMs;
  }

  dispatch(input: RecoveryInput): void {
    if (this.closed) return;
    const { state, effects } = recover(this.state, input, this.times);
    this.state = state;
    const due = (): void => this.dispatch({ type: "due", reachable: this.#route.isOnline });
    for (const effect of effects) {
      if (effect.type === "timer") {
        this.#stopTimer?.();
        this.#stopTimer = effect.ms === undefined ? undefined : this.#clock.after(effect.ms, due);
      } else if (effect.type === "notify") this.#listener.recovery(effect.step, effect.attempt, effect.cause);
      else this.#listener[effect.type]();
    }
  }

  /** The offer/answer exchange that is under way now; undefined if there is none. */
  exchangeChanged(exchange: string | undefined): void {
    if (!this.closed) this.#timeout.exchangeChanged(exchange);
  }

  /** A route to the peer has opened or closed. */
  routeChanged(): void {
    this.#timeout.restart();
  }

  close(): void {
    this.exchangeChanged(undefined);
    this.closed = true;
    this.#stopTimer?.();
  }
}
