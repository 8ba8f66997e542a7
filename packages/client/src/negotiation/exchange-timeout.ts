/** How often an offer without an answer is said again before the connection is given up. */
const maxRepeats = 3;

/** Watches over one exchange of offer and answer: plain data. */
export interface WatchState {
  /** What names the exchange that is under way. */
  readonly exchange: string | undefined;
  readonly reachable: boolean;
  readonly repeats: number;
}

export type WatchInput =
  /** Which exchange is under way now, if one is. */
  | { readonly type: "exchange"; readonly exchange: string | undefined }
  | { readonly type: "reachable"; readonly reachable: boolean }
  | { readonly type: "due" };

export type WatchEffect =
  /** What may have been lost, or not applied, is to be said again. */
  | { readonly type: "resend" }
  /** It leads to nothing on this connection. */
  | { readonly type: "give-up" }
  /** Starts the timer anew, or stops it. */
  | { readonly type: "timer"; readonly running: boolean };

export const initialWatch = (reachable: boolean): WatchState => ({ exchange: undefined, reachable, repeats: 0 });

/** An exchange that takes too long is helped along, then given up. While the peer cannot be reached, no time passes. */
export function watch(state: WatchState, input: WatchInput): { state: WatchState; effects: readonly WatchEffect[] } {
  switch (input.type) {
    case "exchange":
      if (input.exchange === state.exchange) return { state, effects: [] };
      return restarted({ ...state, exchange: input.exchange, repeats: 0 });
    case "reachable":
      if (input.reachable === state.reachable) return { state, effects: [] };
      return restarted({ ...state, reachable: input.reachable });
    case "due": {
      if (state.exchange === undefined || !state.reachable) return { state, effects: [] };
      if (state.repeats >= maxRepeats)
        return { state: { ...state, repeats: 0 }, effects: [{ type: "timer", running: true }, { type: "give-up" }] };
      return {
        state: { ...state, repeats: state.repeats + 1 },
        effects: [{ type: "timer", running: true }, { type: "resend" }],
      };
    }
  }
}

function restarted(state: WatchState): { state: WatchState; effects: readonly WatchEffect[] } {
  return { state, effects: [{ type: "timer", running: state.exchange !== undefined && state.reachable }] };
}
