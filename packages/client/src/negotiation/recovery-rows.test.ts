import { describe, expect, it } from "vitest";
import { initialRecovery, recover, type RecoveryEffect, type RecoveryInput, type RecoveryState } from "./recovery.js";
import { defaultRecovery } from "./recovery-defaults.js";

const times = { ...defaultRecovery, retryMs: 40_000 };
const initial = initialRecovery({ polite: false, replaceable: true, restartable: true });
const polite = { polite: true };

const timer = (ms?: number): RecoveryEffect => ({ type: "timer", ms });
const notify = (
  step: (RecoveryEffect & { type: "notify" })["step"],
  attempt: number,
  cause?: string,
): RecoveryEffect =>
  cause === undefined ? { type: "notify", step, attempt } : { type: "notify", step, attempt, cause };

const started: RecoveryInput = { type: "connection-started" };
const connected: RecoveryInput = { type: "connected" };
const disconnected: RecoveryInput = { type: "disconnected" };
const stalled: RecoveryInput = { type: "path-stalled" };
const arrived: RecoveryInput = { type: "path-recovered" };
const failed: RecoveryInput = { type: "failed", cause: "why" };
const stuck: RecoveryInput = { type: "stuck", cause: "why" };
const reachable: RecoveryInput = { type: "reachable" };
const retry: RecoveryInput = { type: "retry" };
const due: RecoveryInput = { type: "due", reachable: true };
const negotiated = (isConnected: boolean): RecoveryInput => ({ type: "negotiated", connected: isConnected });
const resumed = (networkChanged: boolean): RecoveryInput => ({ type: "page-resumed", networkChanged });

const connecting = { path: "connecting" } as const;
const lost = { path: "lost", wasConnected: true } as const;
const up = { path: "connected", wasConnected: true } as const;
const fresh = { step: undefined, stalled: false, deferred: false, attempt: 0, cause: undefined } as const;
const again = { step: "waiting", deferred: false, attempt: 0 } as const;
const interrupted = "The path was interrupted.";
const silent = "Nothing arrived any more.";
const late = "No path was found in time.";
const noOffer = "The peer made no offer.";

type Given = Partial<RecoveryState>;
type Row = readonly [when: string, given: Given, input: RecoveryInput, leaves: Given, ...effects: RecoveryEffect[]];

/** What is not in `leaves` stays as it was. */
const rows: readonly Row[] = [
  ["a first connection begins", {}, started, connecting, timer(45_000)],
  ["a first connection replaces one that was not repaired yet", connecting, started, connecting, timer(45_000)],
  [
    "a first connection begins after our offer was due",
    { attempt: 1, step: "rebuilding" },
    started,
    connecting,
    timer(45_000),
  ],
  [
    "the peer makes a new connection during our ICE restart, on a path that never worked",
    { ...connecting, attempt: 1, step: "restarting-ice", stalled: true, deferred: true },
    started,
    { ...connecting, attempt: 2, step: "rebuilding", stalled: false, deferred: false },
    timer(12_000),
    notify("rebuilding", 2),
  ],
  [
    "our own new connection begins, on a path that never worked",
    { path: "lost", attempt: 2, step: "rebuilding", ...polite },
    started,
    { ...connecting, ...polite },
    timer(13_000),
  ],
  [
    "a new connection begins after one that worked, on the polite side",
    { ...lost, ...polite, attempt: 4, step: "waiting" },
    started,
    { ...connecting, step: "rebuilding" },
    timer(25_000),
  ],
  ["a new connection begins after `gave-up`", { ...lost, step: "gave-up" }, started, connecting, timer(40_000)],

  ["the first path is up", connecting, connected, { ...up, ...fresh }, timer()],
  ["the path is up during an ICE restart", { ...up, step: "restarting-ice" }, connected, {}],
  [
    "a lost path is back",
    { ...lost, step: "waiting", attempt: 2, cause: "why", deferred: true },
    connected,
    { ...up, ...fresh },
    timer(),
    notify("recovered", 2),
  ],
  ["ICE is connected, and nothing arrives", { ...lost, stalled: true, step: "waiting" }, connected, up],
  ["a path without a fault is up again", up, connected, fresh, timer()],

  [
    "the path is interrupted",
    { ...up, ...polite },
    disconnected,
    { path: "lost", step: "waiting", cause: interrupted },
    notify("waiting", 0),
    timer(3000),
  ],
  ["a path that is being repaired is interrupted", { ...up, step: "restarting-ice" }, disconnected, { path: "lost" }],
  ["a path that never worked is interrupted", connecting, disconnected, {}],

  [
    "the path stalls",
    { ...up, ...polite },
    stalled,
    { stalled: true, step: "waiting", cause: silent },
    notify("waiting", 0, silent),
    timer(500),
  ],
  ["a path that is being repaired stalls", { ...up, step: "restarting-ice" }, stalled, {}],
  ["a lost path stalls", lost, stalled, {}],
  ["the path of a stack without ICE restarts stalls", { ...up, restartable: false }, stalled, {}],
  ["something arrives on a lost path", { ...lost, stalled: true, step: "waiting" }, arrived, { stalled: false }],
  ["something arrives on a path without a fault", up, arrived, {}],
  [
    "something arrives on a stalled path",
    { ...up, stalled: true, step: "restarting-ice", attempt: 1, cause: silent },
    arrived,
    fresh,
    timer(),
    notify("recovered", 1),
  ],

  [
    "a first connection fails",
    { ...connecting, ...polite },
    failed,
    { path: "lost", cause: "why", step: "waiting" },
    timer(1000),
  ],
  [
    "a path that was up fails",
    up,
    failed,
    { path: "lost", cause: "why", step: "waiting" },
    notify("waiting", 0, "why"),
    timer(0),
  ],
  [
    "an attempt fails for the fifth time",
    { ...lost, attempt: 5, step: "rebuilding" },
    failed,
    { cause: "why", step: "waiting" },
    timer(12_000),
  ],
  ["a deferred step fails", { ...lost, deferred: true, step: "waiting" }, failed, { cause: "why" }],
  ["the slow pace fails", { ...connecting, step: "gave-up", attempt: 7 }, failed, { path: "lost", cause: "why" }],
  [
    "a first connection is stuck",
    connecting,
    stuck,
    { path: "lost", cause: "why", step: "waiting", attempt: 1 },
    timer(0),
  ],
  [
    "a later attempt is stuck",
    { ...lost, attempt: 3, step: "rebuilding" },
    stuck,
    { cause: "why", step: "waiting" },
    timer(4000),
  ],

  ["an exchange is complete on a path without a fault", up, negotiated(true), {}],
  ["an exchange is complete on a stalled path", { ...up, stalled: true, step: "waiting" }, negotiated(true), {}],
  [
    "an exchange is complete, and the lost path is back",
    { ...lost, step: "restarting-ice", attempt: 1, cause: "why" },
    negotiated(true),
    { ...up, ...fresh },
    timer(),
    notify("recovered", 1),
  ],
  [
    "the other side restarted ICE first",
    { ...lost, ...polite, step: "waiting", deferred: true },
    negotiated(false),
    { step: "restarting-ice", deferred: false },
    timer(9000),
  ],
  ["an exchange is complete during our ICE restart", { ...lost, step: "restarting-ice" }, negotiated(false), {}],
  ["an exchange is complete on a path that was to be restarted", { ...up, step: "waiting" }, negotiated(false), {}],
  ["the first exchange is complete", connecting, negotiated(false), {}],

  ["a peer that should make the first offer is reachable", polite, reachable, {}, timer(11_000)],
  [
    "a legacy client that should make the first offer is reachable",
    { ...polite, replaceable: false },
    reachable,
    {},
    timer(11_000),
  ],
  ["the peer is reachable, and nothing waits for it", { ...lost, step: "waiting", attempt: 1 }, reachable, {}],
  [
    "the peer is reachable, and a step waits for it",
    { ...lost, ...polite, step: "restarting-ice", deferred: true, attempt: 2 },
    reachable,
    again,
    timer(1000),
  ],
  ["the peer is reachable after `gave-up`", { ...lost, step: "gave-up", attempt: 6 }, reachable, again, timer(0)],

  ["the page resumes before a connection", {}, resumed(true), {}],
  ["the page resumes during a first connection", connecting, resumed(true), {}],
  ["the page resumes, and the path is up", up, resumed(false), {}],
  ["the network changes, and the path is up", { ...up, ...polite }, resumed(true), again, timer(0)],
  ["the network changes during an ICE restart", { ...up, step: "restarting-ice" }, resumed(true), {}],
  ["the network changes while a stalled path waits", { ...up, step: "waiting" }, resumed(true), {}],
  ["the network changes on a stack without ICE restarts", { ...up, restartable: false }, resumed(true), {}],
  ["the page resumes during an ICE restart", { ...lost, step: "restarting-ice" }, resumed(false), {}],
  ["the page resumes during a new connection", { ...lost, step: "rebuilding" }, resumed(false), {}],
  ["the network changes during a new connection", { ...lost, step: "rebuilding" }, resumed(true), again, timer(0)],
  [
    "the page resumes while a replaced connection is being made",
    { ...connecting, ...polite, wasConnected: true, step: "waiting", deferred: true, attempt: 3 },
    resumed(false),
    again,
    timer(1000),
  ],
  ["the page resumes after a first connection failed", { path: "lost" }, resumed(false), again, timer(0)],

  ["the application retries after `gave-up`", { ...lost, ...polite, step: "gave-up" }, retry, again, timer(0)],
  ["the application retries while attempts are made", { ...lost, step: "rebuilding", attempt: 3 }, retry, {}],

  [
    "an ICE restart was in time",
    { ...up, step: "restarting-ice", attempt: 1 },
    due,
    fresh,
    timer(),
    notify("recovered", 1),
  ],
  ["the peer is unreachable", { ...lost, step: "waiting" }, { type: "due", reachable: false }, { deferred: true }],
  [
    "a step is due on the polite side",
    { ...lost, ...polite, step: "waiting", cause: "why", deferred: true },
    due,
    { step: "restarting-ice", attempt: 1, deferred: false },
    notify("restarting-ice", 1, "why"),
    timer(9000),
    { type: "restartIce" },
  ],
  [
    "a first connection takes too long",
    connecting,
    due,
    { step: "restarting-ice", attempt: 1, cause: late },
    notify("restarting-ice", 1, late),
    timer(8000),
    { type: "restartIce" },
  ],
  [
    "the first offer of the peer takes too long",
    {},
    due,
    { step: "rebuilding", attempt: 1, cause: noOffer },
    notify("rebuilding", 1, noOffer),
    timer(12_000),
    { type: "rebuild" },
  ],
  [
    "all attempts failed",
    { ...lost, step: "rebuilding", attempt: 5, cause: "why" },
    due,
    { step: "gave-up", attempt: 6 },
    notify("gave-up", 6, "why"),
    timer(40_000),
  ],
  [
    "the slow pace is due, for a peer that cannot be replaced",
    { ...lost, replaceable: false, step: "gave-up", attempt: 6, cause: "why" },
    due,
    { attempt: 7 },
    timer(40_000),
    { type: "restartIce" },
  ],
  [
    "the slow pace is due for the last time, for a peer that was never connected",
    { path: "lost", step: "gave-up", attempt: 4, cause: "why" },
    due,
    { attempt: 5 },
    timer(40_000),
    { type: "rebuild" },
  ],
  [
    "the slow pace has ended, for a peer that was never connected",
    { path: "lost", step: "gave-up", attempt: 5, cause: "why" },
    due,
    {},
    timer(),
  ],
];

describe("recovery, row by row", () => {
  it.each(rows.map((row) => [row[0], row] as const))("when %s", (_, [, given, input, leaves, ...effects]) => {
    const before = { ...initial, ...given };
    expect(recover(before, input, times)).toEqual({ state: { ...before, ...leaves }, effects });
  });

  it("begins without a path and without a fault", () => {
    const options = { polite: true, replaceable: false, restartable: false };
    expect(initialRecovery(options)).toEqual({ ...options, ...fresh, path: "none", wasConnected: false });
  });
});
