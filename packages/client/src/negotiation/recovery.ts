import { failedAgainDelayMs, maxFirstAttempts } from "./time-constants.js";

/** When a path between two peers is repaired, and how often. Times in milliseconds. */
export interface RecoveryTimes {
  /** How long a path may be interrupted before recovery begins: most interruptions end by themselves. */
  disconnectedMs: number;
  /** Added on the polite side, so that the two sides do not act at the same moment. */
  politeDelayMs: number;
  /** ICE restarts to try, and the time for each. */
  restarts: number;
  restartMs: number;
  /** New connections to try after that. The first may take `rebuildMs`, the second twice as long, and so on. */
  rebuilds: number;
  rebuildMs: number;
  /** The time for a first connection; ICE itself may need 39.5 s (RFC 8863). */
  connectMs: number;
  /** How long to wait for the first offer of a peer that should make it. */
  offerMs: number;
  /** The wait before each further attempt after `gave-up`. */
  retryMs: number;
}

/** A step of recovery, as the application is notified of it. */
export type RecoveryStep =
  /** The path is interrupted. */
  | "waiting"
  | "restarting-ice"
  | "rebuilding"
  /** The path is back. */
  | "recovered"
  /** All attempts failed. More follow at a slow pace, without a notification. */
  | "gave-up";

/** How a peer can be recovered. */
export interface Recoverable {
  readonly polite: boolean;
  /** Whether the peer accepts another connection under the same id. */
  readonly replaceable: boolean;
  /** Whether a path to it can be restarted. */
  readonly restartable: boolean;
}

/** The recovery of one path: plain data. */
export interface RecoveryState extends Recoverable {
  readonly path: "none" | "connecting" | "connected" | "lost";
  /** The current step; undefined while there is nothing to repair. */
  readonly step: Exclude<RecoveryStep, "recovered"> | undefined;
  /** The next step is due and waits until the peer is reachable. */
  readonly deferred: boolean;
  readonly wasConnected: boolean;
  /** Whether nothing arrives on the path, whatever ICE reports. */
  readonly stalled: boolean;
  /** Attempts since the path was last connected. */
  readonly attempt: number;
  readonly cause: string | undefined;
}

export type RecoveryInput =
  /** A new connection is in use. */
  | { readonly type: "connection-started" }
  /** Nothing arrives on the path, though ICE has not noticed. */
  | { readonly type: "path-stalled" }
  /** Something arrives again. */
  | { readonly type: "path-recovered" }
  /** States of the connection. */
  | { readonly type: "connected" }
  | { readonly type: "disconnected" }
  | { readonly type: "failed"; readonly cause: string }
  /** Only a new connection helps, for instance because offers and answers fail on this one. */
  | { readonly type: "stuck"; readonly cause: string }
  /** An exchange is complete: perhaps a restart by the other side. */
  | { readonly type: "negotiated"; readonly connected: boolean }
  | { readonly type: "reachable" }
  /** The page was frozen or hidden, or the network may have changed. */
  | { readonly type: "page-resumed"; readonly networkChanged: boolean }
  /** The application asks for another attempt. */
  | { readonly type: "retry" }
  /**
   * The timer has run. `reachable`: whether the server delivers messages to the peer, the route that does not depend on
   * the path.
   */
  | { readonly type: "due"; readonly reachable: boolean };

export type RecoveryEffect =
  | { readonly type: "restartIce" }
  | { readonly type: "rebuild" }
  | {
      readonly type: "notify";
      readonly step: RecoveryStep;
      readonly attempt: number;
      readonly cause?: string | undefined;
    }
  /** Restarts the only timer; stops it if `ms` is absent. */
  | { readonly type: "timer"; readonly ms?: number | undefined };

export interface RecoveryResult {
  readonly state: RecoveryState;
  readonly effects: readonly RecoveryEffect[];
}

export function initialRecovery({ polite, replaceable, restartable }: Recoverable): RecoveryState {
  return {
    polite,
    replaceable,
    restartable,
    path: "none",
    step: undefined,
    deferred: false,
    wasConnected: false,
    stalled: false,
    attempt: 0,
    cause: undefined,
  };
}

/**
 * The recovery policy for one peer, as a function of plain data: wait, restart ICE, make a new connection, give up.
 * docs/recovery.md describes it.
 */
export function recover(state: RecoveryState, input: RecoveryInput, times: RecoveryTimes): RecoveryResult {
  const react = reactions[input.type] as (...args: [RecoveryState, RecoveryTimes, RecoveryInput]) => RecoveryResult;
  return react(state, times, input);
}

type Reactions = {
  readonly [Type in RecoveryInput["type"]]: (
    state: RecoveryState,
    times: RecoveryTimes,
    input: Extract<RecoveryInput, { readonly type: Type }>,
  ) => RecoveryResult;
};

const reactions: Reactions = {
  "connection-started"(state, times) {
    const started: RecoveryState = { ...state, path: "connecting", stalled: false, deferred: false };
    if (state.step === "gave-up") return result(started, timer(times.retryMs));
    const { wasConnected, path } = state;
    if (!wasConnected && (path === "none" || state.attempt === 0)) return result(started, timer(times.connectMs));
    const { restarts } = attemptLimits(state, times);
    // The other side's new connection counts as ours: a path that never worked is given up by both at the same time.
    const attempt = wasConnected ? state.attempt : Math.max(state.attempt, restarts + 1);
    const nth = Math.max(1, attempt - restarts);
    const next: RecoveryState = { ...started, attempt, step: "rebuilding" };
    const effects = [timer(nth * times.rebuildMs + politeDelay(state, times))];
    if (!wasConnected && state.step !== "rebuilding") effects.push({ type: "notify", step: "rebuilding", attempt });
    return result(next, ...effects);
  },
  connected(state) {
    const connected: RecoveryState = { ...state, path: "connected", wasConnected: true };
    // During an ICE restart the path of the previous generation may still be up: the restart keeps its timer.
    if (state.path === "connected" && state.step !== undefined) return result(connected);
    return state.stalled ? result(connected) : recovered(connected);
  },
  /** The watch that noticed it has waited already. The other side may notice a little earlier or later. */
  "path-stalled"(state, times) {
    if (state.path !== "connected" || state.step !== undefined || !state.restartable) return result(state);
    const stalled: RecoveryState = { ...state, stalled: true, cause: "Nothing arrived any more." };
    return take("waiting", stalled, timer(politeDelay(state, times) / 2));
  },
  "path-recovered"(state) {
    return state.stalled && state.path === "connected" ? recovered(state) : result({ ...state, stalled: false });
  },
  disconnected(state, times) {
    if (state.path !== "connected") return result(state);
    const lost: RecoveryState = { ...state, path: "lost" };
    // A stalled path is being repaired already.
    if (state.step !== undefined) return result(lost);
    return result(
      { ...lost, step: "waiting", cause: "The path was interrupted." },
      { type: "notify", step: "waiting", attempt: 0 },
      timer(times.disconnectedMs + politeDelay(state, times)),
    );
  },
  failed(state, times, { cause }) {
    return failed(state, cause, times);
  },
  stuck(state, times, { cause }) {
    // An ICE restart would be negotiated on the same connection.
    return failed(state, cause, times, attemptLimits(state, times).restarts);
  },
  negotiated(state, times, { connected }) {
    // A stalled path is not repaired by the exchange, only by a packet that arrives.
    if (connected)
      return state.step === undefined || state.stalled ? result(state) : recovered({ ...state, path: "connected" });
    // The other side restarted first: its attempt counts as ours.
    if (state.path === "lost" && state.step === "waiting")
      return result(
        { ...state, step: "restarting-ice", deferred: false },
        timer(times.restartMs + politeDelay(state, times)),
      );
    return result(state);
  },
  reachable(state, times) {
    // The peer should make the first offer. It may wait for ours: after a fault of the server each is new to the other.
    if (state.path === "none") return result(state, timer(times.offerMs + politeDelay(state, times)));
    return state.deferred || state.step === "gave-up" ? startOver(state, politeDelay(state, times)) : result(state);
  },
  "page-resumed"(state, times, { networkChanged }) {
    if (state.path === "none" || (state.path === "connecting" && !state.wasConnected)) return result(state);
    if (state.path === "connected" && !(networkChanged && state.step === undefined && state.restartable))
      return result(state);
    if (state.step === "restarting-ice" || (state.step === "rebuilding" && !networkChanged)) return result(state);
    // Only this side knows that its network changed, so the other side does not act at the same moment.
    return startOver(state, networkChanged ? 0 : politeDelay(state, times));
  },
  retry(state) {
    return state.step === "gave-up" ? startOver(state, 0) : result(state);
  },
  /** Takes the next step. */
  due(state, times, { reachable }) {
    if (state.path === "connected" && state.step !== "waiting" && !state.stalled) return recovered(state);
    if (!reachable) return result({ ...state, deferred: true });
    const { restarts, rebuilds } = attemptLimits(state, times);
    const attempt = state.attempt + 1;
    const cause = state.cause ?? (state.path === "none" ? "The peer made no offer." : "No path was found in time.");
    const next: RecoveryState = { ...state, attempt, cause, deferred: false };
    if (attempt <= restarts && state.path !== "none")
      return take("restarting-ice", next, timer(times.restartMs + politeDelay(state, times)), { type: "restartIce" });
    if (attempt <= restarts + rebuilds) return take("rebuilding", next, timer(times.rebuildMs), { type: "rebuild" });
    if (state.step !== "gave-up") return take("gave-up", next, timer(times.retryMs));
    // A cable may have been plugged in again. A peer that was never connected is less likely to become reachable.
    if (!state.wasConnected && attempt > maxFirstAttempts) return result(state, timer());
    return result(next, timer(times.retryMs), { type: state.replaceable ? "rebuild" : "restartIce" });
  },
};

/** The path is up: ends the current step. */
function recovered(state: RecoveryState): RecoveryResult {
  const next = { ...state, step: undefined, stalled: false, deferred: false, attempt: 0, cause: undefined };
  return state.step === undefined
    ? result(next, timer())
    : result(next, timer(), { type: "notify", step: "recovered", attempt: state.attempt });
}

/** `skipped`: how many attempts cannot help. */
function failed(state: RecoveryState, cause: string, times: RecoveryTimes, skipped = 0): RecoveryResult {
  const lost: RecoveryState = { ...state, path: "lost", cause, attempt: Math.max(state.attempt, skipped) };
  // After `gave-up` the slow pace stays.
  if (state.step === "gave-up" || state.deferred) return result(lost);
  // The first attempt follows at once. An attempt that failed quickly is not repeated as quickly.
  const wait = state.attempt === 0 ? 0 : Math.min(times.rebuildMs, failedAgainDelayMs * 2 ** state.attempt);
  const effects = [timer(wait + politeDelay(state, times))];
  if (state.step === undefined && state.wasConnected)
    effects.unshift({ type: "notify", step: "waiting", attempt: state.attempt, cause });
  return result({ ...lost, step: "waiting" }, ...effects);
}

/** News: what failed so far does not count. */
function startOver(state: RecoveryState, ms: number): RecoveryResult {
  return result({ ...state, step: "waiting", deferred: false, attempt: 0 }, timer(ms));
}

/**
 * How often each repair is attempted. A peer that was never connected gets one of each, so that failure is reported
 * sooner.
 */
export function attemptLimits(
  { path, wasConnected, restartable, replaceable }: RecoveryState,
  times: RecoveryTimes,
): { restarts: number; rebuilds: number } {
  const limit = wasConnected ? Infinity : 1;
  return {
    restarts: restartable ? Math.min(limit, times.restarts) : 0,
    rebuilds: replaceable || path === "none" ? Math.min(limit, times.rebuilds) : 0,
  };
}

function politeDelay({ polite }: RecoveryState, { politeDelayMs }: RecoveryTimes): number {
  return polite ? politeDelayMs : 0;
}

function take(
  step: Exclude<RecoveryStep, "recovered">,
  state: RecoveryState,
  ...effects: RecoveryEffect[]
): RecoveryResult {
  const { attempt, cause } = state;
  return result({ ...state, step }, { type: "notify", step, attempt, cause }, ...effects);
}

function result(state: RecoveryState, ...effects: RecoveryEffect[]): RecoveryResult {
  return { state, effects };
}

function timer(ms?: number): RecoveryEffect {
  return { type: "timer", ms };
}
