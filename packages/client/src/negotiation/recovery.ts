/** When a path between two peers is repaired, and how often. Times in milliseconds. */
export interface RecoveryTimes {
  /** How long a path may be interrupted before anything is done: most interruptions end by themselves. */
  disconnectedMs: number;
  /** By how much the polite side begins later, so that both do not at once. */
  politeDelayMs: number;
  /** ICE restarts that are tried, and how long each may take. */
  restarts: number;
  restartMs: number;
  /** New connections that are tried then. The first may take this long, the second twice as long, and so on. */
  rebuilds: number;
  rebuildMs: number;
  /** How long a first connection may take; ICE itself asks for 39.5 s of patience (RFC 8863). */
  connectMs: number;
  /** How long a peer that is to make the first offer may wait with it. */
  offerMs: number;
  /** After `gave-up`: the wait before each further try. */
  retryMs: number;
}

/** Tries for a pair that was never connected; then only the peer, the network or signaling can bring news. */
const maxFirstTries = 5;

/** A step of the ladder, told to the application. */
export type RecoveryStep =
  /** The path is interrupted. */
  | "waiting"
  | "restarting-ice"
  | "rebuilding"
  /** The path is back. */
  | "recovered"
  /** All tries came to nothing. Further ones follow, quietly. */
  | "gave-up";

/** Where the repair of one path stands: plain data. */
export interface RecoveryState {
  readonly polite: boolean;
  /** Whether the server brings messages to the peer: the way that does not need the path. */
  readonly reachable: boolean;
  /** Whether the peer can take another connection under the same id. */
  readonly replaceable: boolean;
  readonly restartable: boolean;
  readonly path: "none" | "connecting" | "connected" | "lost";
  readonly doing: "nothing" | "waiting" | "restart" | "rebuild" | "gave-up";
  /** What is due is done once the peer can be reached. */
  readonly held: boolean;
  readonly wasConnected: boolean;
  /** Whether nothing arrives, whatever ICE says. */
  readonly silent: boolean;
  /** Tries since the path was there last. */
  readonly attempt: number;
  readonly cause: string | undefined;
}

export type RecoveryInput =
  /** There is a new connection. */
  | { readonly type: "begun" }
  /** Nothing arrives any more, though ICE has not noticed; and then something does. */
  | { readonly type: "path-stalled" }
  | { readonly type: "path-recovered" }
  /** States of the connection. */
  | { readonly type: "connected" }
  | { readonly type: "disconnected" }
  | { readonly type: "failed"; readonly cause: string }
  /** Offer and answer cannot be exchanged on this connection. */
  | { readonly type: "stuck"; readonly cause: string }
  /** An exchange was completed: perhaps the other side's restart. `connected`: the path is there. */
  | { readonly type: "negotiated"; readonly connected: boolean }
  | { readonly type: "unreachable" }
  | { readonly type: "reachable" }
  /** The page was frozen or hidden, or the network may be another. */
  | { readonly type: "page-resumed"; readonly networkChanged: boolean }
  | { readonly type: "due" };

export type RecoveryEffect =
  | { readonly type: "restart-ice" }
  | { readonly type: "rebuild" }
  | {
      readonly type: "notify";
      readonly step: RecoveryStep;
      readonly attempt: number;
      readonly cause?: string | undefined;
    }
  /** Starts the one timer anew; without `ms` it is stopped. */
  | { readonly type: "timer"; readonly ms?: number | undefined };

export interface RecoveryResult {
  readonly state: RecoveryState;
  readonly effects: readonly RecoveryEffect[];
}

export function initialRecovery(options: {
  polite: boolean;
  replaceable: boolean;
  restartable: boolean;
  reachable: boolean;
}): RecoveryState {
  return {
    ...options,
    path: "none",
    doing: "nothing",
    held: false,
    wasConnected: false,
    silent: false,
    attempt: 0,
    cause: undefined,
  };
}

/**
 * The ladder of one pair: wait, restart ICE, make a new connection, give up, as a function of plain data.
 * docs/recovery.md has it in words.
 */
export function recover(state: RecoveryState, input: RecoveryInput, times: RecoveryTimes): RecoveryResult {
  switch (input.type) {
    case "begun":
      return onBegun(state, times);
    case "connected":
      return onConnected(state);
    case "path-stalled":
      return onPathStalled(state, times);
    case "path-recovered":
      return state.silent && state.path === "connected"
        ? settled(state)
        : { state: { ...state, silent: false }, effects: [] };
    case "disconnected":
      return onDisconnected(state, times);
    case "failed":
      return onFailed(state, input.cause, times);
    case "stuck":
      // Another restart would be negotiated on the same connection.
      return onFailed(state, input.cause, times, tries(state, times).restarts);
    case "negotiated":
      return onNegotiated(state, input.connected, times);
    case "unreachable":
      return { state: { ...state, reachable: false }, effects: [] };
    case "reachable":
      return onReachable(state, times);
    case "page-resumed":
      return onPageResumed(state, input.networkChanged, times);
    case "due":
      return onDue(state, times);
  }
}

function onBegun(state: RecoveryState, times: RecoveryTimes): RecoveryResult {
  const begun: RecoveryState = { ...state, path: "connecting", silent: false, held: false };
  if (state.doing === "gave-up") return { state: begun, effects: [timer(times.retryMs)] };
  if (!state.wasConnected) return { state: begun, effects: [timer(times.connectMs)] };
  const nth = Math.max(1, state.attempt - tries(state, times).restarts);
  return { state: { ...begun, doing: "rebuild" }, effects: [timer(nth * times.rebuildMs + moment(state, times))] };
}

function onConnected(state: RecoveryState): RecoveryResult {
  const connected: RecoveryState = { ...state, path: "connected", wasConnected: true };
  // While ICE restarts, the path of the generation before may still be there: its time is not over.
  if (state.path === "connected" && state.doing !== "nothing") return { state: connected, effects: [] };
  return state.silent ? { state: connected, effects: [] } : settled(connected);
}

/** The path is there, and whatever was done about it is over. */
function settled(state: RecoveryState): RecoveryResult {
  const tell: RecoveryEffect[] =
    state.doing === "nothing" ? [] : [{ type: "notify", step: "recovered", attempt: state.attempt }];
  return {
    state: { ...state, doing: "nothing", silent: false, held: false, attempt: 0, cause: undefined },
    effects: [timer(), ...tell],
  };
}

function onDisconnected(state: RecoveryState, times: RecoveryTimes): RecoveryResult {
  if (state.path !== "connected") return { state, effects: [] };
  const lost: RecoveryState = { ...state, path: "lost" };
  // After a silence, something is done about it already.
  if (state.doing !== "nothing") return { state: lost, effects: [] };
  const effects: RecoveryEffect[] = [
    { type: "notify", step: "waiting", attempt: 0 },
    timer(times.disconnectedMs + moment(state, times)),
  ];
  return { state: { ...lost, doing: "waiting", cause: "The path was interrupted." }, effects };
}

/** Whoever noticed it has waited already; the other side may have noticed a little earlier or later. */
function onPathStalled(state: RecoveryState, times: RecoveryTimes): RecoveryResult {
  if (state.path !== "connected" || state.doing !== "nothing" || !state.restartable) return { state, effects: [] };
  const cause = "Nothing arrived any more.";
  return {
    state: { ...state, silent: true, doing: "waiting", cause },
    effects: [{ type: "notify", step: "waiting", attempt: 0, cause }, timer(moment(state, times) / 2)],
  };
}

/** `skipped` tries would be in vain. */
function onFailed(state: RecoveryState, cause: string, times: RecoveryTimes, skipped = 0): RecoveryResult {
  const failed: RecoveryState = { ...state, path: "lost", cause, attempt: Math.max(state.attempt, skipped) };
  // One that gave up goes on at its own pace.
  if (state.doing === "gave-up" || state.held) return { state: failed, effects: [] };
  const tell: RecoveryEffect[] =
    state.doing === "nothing" && state.wasConnected
      ? [{ type: "notify", step: "waiting", attempt: state.attempt, cause }]
      : [];
  // The first try follows at once; one that failed quickly is not repeated as quickly.
  const wait = state.attempt === 0 ? 0 : Math.min(times.rebuildMs, 500 * 2 ** state.attempt);
  return { state: { ...failed, doing: "waiting" }, effects: [...tell, timer(wait + moment(state, times))] };
}

function onNegotiated(state: RecoveryState, connected: boolean, times: RecoveryTimes): RecoveryResult {
  // Of a silence it is not the exchange that ends it, but what is heard.
  if (connected)
    return state.doing === "nothing" || state.silent
      ? { state, effects: [] }
      : settled({ ...state, path: "connected" });
  // The other side was quicker: its try is ours.
  if (state.path === "lost" && state.doing === "waiting")
    return {
      state: { ...state, doing: "restart", held: false },
      effects: [timer(times.restartMs + moment(state, times))],
    };
  return { state, effects: [] };
}

function onReachable(state: RecoveryState, times: RecoveryTimes): RecoveryResult {
  const reachable: RecoveryState = { ...state, reachable: true };
  // The peer is to make the first offer. One that cannot be taken another connection to is not hurried.
  if (state.path === "none")
    return { state: reachable, effects: state.replaceable ? [timer(times.offerMs + moment(state, times))] : [] };
  if (!state.held && state.doing !== "gave-up") return { state: reachable, effects: [] };
  return { state: { ...reachable, doing: "waiting", held: false, attempt: 0 }, effects: [timer(moment(state, times))] };
}

function onPageResumed(state: RecoveryState, networkChanged: boolean, times: RecoveryTimes): RecoveryResult {
  if (state.path === "none" || (state.path === "connecting" && !state.wasConnected)) return { state, effects: [] };
  if (state.path === "connected" && !(networkChanged && state.doing === "nothing" && state.restartable))
    return { state, effects: [] };
  if (state.doing === "restart" || (state.doing === "rebuild" && !networkChanged)) return { state, effects: [] };
  // Another network is news to this side alone: nobody begins at the same moment.
  return {
    state: { ...state, doing: "waiting", held: false, attempt: 0 },
    effects: [timer(networkChanged ? 0 : moment(state, times))],
  };
}

/** The next step of the ladder. */
function onDue(state: RecoveryState, times: RecoveryTimes): RecoveryResult {
  if (state.path === "connected" && state.doing !== "waiting" && !state.silent) return settled(state);
  if (!state.reachable) return { state: { ...state, held: true }, effects: [] };
  const { restarts, rebuilds } = tries(state, times);
  const attempt = state.attempt + 1;
  const cause = state.cause ?? (state.path === "none" ? "The peer made no offer." : "No path was found in time.");
  const next: RecoveryState = { ...state, attempt, cause, held: false };
  if (attempt <= restarts && state.path !== "none") {
    return {
      state: { ...next, doing: "restart" },
      effects: [tell("restarting-ice", next), timer(times.restartMs + moment(state, times)), { type: "restart-ice" }],
    };
  }
  if (attempt <= restarts + rebuilds)
    return {
      state: { ...next, doing: "rebuild" },
      effects: [tell("rebuilding", next), timer(times.rebuildMs), { type: "rebuild" }],
    };
  if (state.doing !== "gave-up")
    return { state: { ...next, doing: "gave-up" }, effects: [tell("gave-up", next), timer(times.retryMs)] };
  // Somebody may have plugged the cable in again. Where there never was a path, that is less likely.
  if (!state.wasConnected && attempt > maxFirstTries) return { state, effects: [timer()] };
  return { state: next, effects: [timer(times.retryMs), { type: state.replaceable ? "rebuild" : "restart-ice" }] };
}

/** How often each is tried. What never worked is given up sooner, so that it is said sooner. */
export function tries(
  { wasConnected, restartable, replaceable }: RecoveryState,
  times: RecoveryTimes,
): { restarts: number; rebuilds: number } {
  const bound = wasConnected ? Infinity : 1;
  return {
    restarts: restartable ? Math.min(bound, times.restarts) : 0,
    rebuilds: replaceable ? Math.min(bound, times.rebuilds) : 0,
  };
}

function moment({ polite }: RecoveryState, { politeDelayMs }: RecoveryTimes): number {
  return polite ? politeDelayMs : 0;
}

function tell(step: RecoveryStep, { attempt, cause }: RecoveryState): RecoveryEffect {
  return { type: "notify", step, attempt, cause };
}

function timer(ms?: number): RecoveryEffect {
  return { type: "timer", ms };
}
