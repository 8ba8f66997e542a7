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
  /** Makes a new connection in the place of the one that is, or the first one. */
  rebuild(): void;
  /** Says again what the exchange that is under way waits for. */
  resend(): void;
  recovery(step: RecoveryStep, attempt: number, cause: string | undefined): void;
}

/** Does what `recover` and `stepExchangeTimeout` decide for one pair, and keeps their timers. */
export class RecoveryController {
  readonly #clock: Clock;
  readonly #times: RecoveryTimes & { readonly answerMs: number };
  readonly #listener: RecoveryListener;
  #recovery: RecoveryState;
  #watch;
  #stopTimer: (() => void) | undefined;
  #stopWatch: (() => void) | undefined;
  #closed = false;

  constructor(
    options: { polite: boolean; replaceable: boolean; restartable: boolean; reachable: boolean },
    { recovery, clock }: { recovery: RecoveryTimes & { readonly answerMs: number }; clock: Clock },
    listener: RecoveryListener,
  ) {
    this.#recovery = initialRecovery(options);
    this.#watch = initialExchangeTimeout(options.reachable);
    this.#times = recovery;
    this.#clock = clock;
    this.#listener = listener;
    if (options.reachable) this.dispatch({ type: "reachable" });
  }

  get state(): RecoveryState {
    return this.#recovery;
  }

  /** Tries before it gives up. */
  get attempts(): number {
    const { restarts, rebuilds } = attemptLimits(this.#recovery, this.#times);
    return restarts + rebuilds;
  }

  get closed(): boolean {
    return this.#closed;
  }

  dispatch(input: RecoveryInput): void {
    if (this.#closed) return;
    const { state, effects } = recover(this.#recovery, input, this.#times);
    this.#recovery = state;
    for (const effect of effects) {
      // Whoever is told of a step may leave the room.
      if (this.closed) return;
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
          this.#stopTimer =
            effect.ms === undefined ? undefined : this.#clock.after(effect.ms, () => this.dispatch({ type: "due" }));
          break;
      }
    }
  }

  /** Which exchange of offer and answer is under way now, if one is. */
  exchange(exchange: string | undefined): void {
    this.#watchOver({ type: "exchange", exchange });
  }

  /** Whether messages reach the peer, by the server or from peer to peer. */
  setReachable(reachable: boolean): void {
    this.#watchOver({ type: "reachable", reachable });
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer?.();
    this.#stopWatch?.();
  }

  #watchOver(input: ExchangeTimeoutInput): void {
    if (this.#closed) return;
    const { state, effects } = stepExchangeTimeout(this.#watch, input);
    this.#watch = state;
    for (const effect of effects) {
      switch (effect.type) {
        case "timer":
          this.#stopWatch?.();
          this.#stopWatch = effect.running
            ? this.#clock.after(this.#times.answerMs, () => this.#watchOver({ type: "due" }))
            : undefined;
          break;
        case "resend":
          this.#listener.resend();
          break;
        case "give-up":
          this.dispatch({ type: "stuck", cause: "Offers and answers came to nothing." });
          break;
      }
    }
  }
}
