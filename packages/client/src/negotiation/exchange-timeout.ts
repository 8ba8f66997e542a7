import { maxExchangeResends } from "./time-constants.js";

/** The timeout of one offer/answer exchange: plain data. */
export interface ExchangeTimeoutState {
  /** The name of the current exchange, if there is one. */
  readonly exchange: string | undefined;
  readonly resends: number;
}

export type ExchangeTimeoutInput =
  /** The name of the current exchange; undefined when it has ended. */
  | { readonly type: "exchange"; readonly exchange: string | undefined; readonly reachable: boolean }
  /** A route to the peer has opened or closed. */
  | { readonly type: "reachable"; readonly reachable: boolean }
  | { readonly type: "due" };

export type ExchangeTimeoutEffect =
  /** Resend whatever may have been lost or not applied. */
  | { readonly type: "resend" }
  /** The exchange cannot succeed on this connection. */
  | { readonly type: "give-up" }
  /** Restart the timer, or stop it. */
  | { readonly type: "timer"; readonly running: boolean };

export interface ExchangeTimeoutStep {
  readonly state: ExchangeTimeoutState;
  readonly effects: readonly ExchangeTimeoutEffect[];
}

export const initialExchangeTimeout: ExchangeTimeoutState = { exchange: undefined, resends: 0 };

/** Resends an exchange that takes too long, then gives it up. The clock stops while the peer is unreachable. */
export function stepExchangeTimeout(state: ExchangeTimeoutState, input: ExchangeTimeoutInput): ExchangeTimeoutStep {
  switch (input.type) {
    case "exchange":
      if (input.exchange === state.exchange) return { state, effects: [] };
      return restartTimer({ exchange: input.exchange, resends: 0 }, input.reachable);
    case "reachable":
      return restartTimer(state, input.reachable);
    case "due": {
      if (state.exchange === undefined) return { state, effects: [] };
      const givesUp = state.resends >= maxExchangeResends;
      return {
        state: { ...state, resends: givesUp ? 0 : state.resends + 1 },
        effects: [{ type: "timer", running: true }, { type: givesUp ? "give-up" : "resend" }],
      };
    }
  }
}

function restartTimer(state: ExchangeTimeoutState, reachable: boolean): ExchangeTimeoutStep {
  return { state, effects: [{ type: "timer", running: state.exchange !== undefined && reachable }] };
}
