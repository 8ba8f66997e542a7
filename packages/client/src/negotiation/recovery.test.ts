import { describe, expect, it } from "vitest";
import {
  initialRecovery,
  recover,
  type RecoveryEffect,
  type RecoveryInput,
  type RecoveryState,
  type RecoveryTimes,
} from "./recovery.js";

const times: RecoveryTimes = {
  disconnectedMs: 2000,
  politeDelayMs: 1000,
  restarts: 2,
  restartMs: 8000,
  rebuilds: 3,
  rebuildMs: 12_000,
  connectMs: 45_000,
  offerMs: 10_000,
  retryMs: 40_000,
};

const due: RecoveryInput = { type: "due", reachable: true };
const dueUnreachable: RecoveryInput = { type: "due", reachable: false };
const started: RecoveryInput = { type: "connection-started" };
const connected: RecoveryInput = { type: "connected" };
const disconnected: RecoveryInput = { type: "disconnected" };
const failed: RecoveryInput = { type: "failed", cause: "why" };
const stuck: RecoveryInput = { type: "stuck", cause: "why" };
const negotiated: RecoveryInput = { type: "negotiated", connected: false };
const reachable: RecoveryInput = { type: "reachable" };
const pageResumed = (networkChanged: boolean): RecoveryInput => ({ type: "page-resumed", networkChanged });

const up = [started, connected];
const impolite = initialRecovery({ polite: false, replaceable: true, restartable: true });

function after(state: RecoveryState, ...inputs: RecoveryInput[]): { state: RecoveryState; effects: string[] } {
  let effects: string[] = [];
  for (const input of inputs) {
    const step = recover(state, input, times);
    state = step.state;
    effects = step.effects.map(inWords);
  }
  return { state, effects };
}

function inWords(effect: RecoveryEffect): string {
  if (effect.type === "timer") return effect.ms === undefined ? "stop" : `in ${String(effect.ms)}`;
  return effect.type === "notify" ? `${effect.step} ${String(effect.attempt)}` : effect.type;
}

describe("the recovery policy for one peer", () => {
  it("waits two seconds first, because most interruptions end by themselves", () => {
    expect(after(impolite, ...up, disconnected).effects).toEqual(["waiting 0", "in 2000"]);
    expect(after(impolite, ...up, disconnected, connected).effects).toEqual(["stop", "recovered 0"]);
  });

  it("then restarts ICE, the polite side a second later than the impolite one", () => {
    expect(after(impolite, ...up, disconnected, due).effects).toEqual(["restarting-ice 1", "in 8000", "restartIce"]);
    expect(after({ ...impolite, polite: true }, ...up, disconnected).effects).toEqual(["waiting 0", "in 3000"]);
  });

  it("restarts ICE at once when ICE fails", () => {
    expect(after(impolite, ...up, failed).effects).toEqual(["waiting 0", "in 0"]);
    expect(after({ ...impolite, polite: true }, ...up, failed).effects).toEqual(["waiting 0", "in 1000"]);
  });

  it("tries two ICE restarts, then three new connections with growing timeouts, then gives up", () => {
    const steps: string[] = [];
    let { state } = after(impolite, ...up, disconnected);
    for (let turn = 0; turn < 6; turn++) {
      const step = after(state, due);
      steps.push(...step.effects);
      state = step.state;
      if (step.effects.includes("rebuild")) {
        const restarted = after(state, started);
        steps.push(...restarted.effects);
        state = restarted.state;
      }
    }
    expect(steps).toEqual([
      ...["restarting-ice 1", "in 8000", "restartIce"],
      ...["restarting-ice 2", "in 8000", "restartIce"],
      ...["rebuilding 3", "in 12000", "rebuild", "in 12000"],
      ...["rebuilding 4", "in 12000", "rebuild", "in 24000"],
      ...["rebuilding 5", "in 12000", "rebuild", "in 36000"],
      ...["gave-up 6", "in 40000"],
    ]);
    expect(after(state, due).effects).toEqual(["in 40000", "rebuild"]);
    expect(after(state, due, started, due).effects).toEqual(["in 40000", "rebuild"]);
    expect(after(state, due, started, connected).effects).toEqual(["stop", "recovered 7"]);
  });

  it("doubles the wait after each attempt that fails quickly", () => {
    const { state } = after(impolite, ...up, failed, due);
    expect(after(state, failed).effects).toEqual(["in 1000"]);
    expect(after(state, failed, due, failed).effects).toEqual(["in 2000"]);
    expect(after(state, failed, due, failed, due, started, failed).effects).toEqual(["in 4000"]);
  });

  it("counts the other side's restart as its own attempt", () => {
    expect(after({ ...impolite, polite: true }, ...up, disconnected, negotiated).effects).toEqual(["in 9000"]);
    expect(after({ ...impolite, polite: true }, ...up, disconnected, negotiated, connected).effects).toEqual([
      "stop",
      "recovered 0",
    ]);
  });

  it("counts no attempts while the peer is unreachable, and continues when it is reachable", () => {
    const away = after(impolite, ...up, disconnected, dueUnreachable);
    expect(away.effects).toEqual([]);
    expect(after(away.state, failed).effects).toEqual([]);
    expect(after(away.state, failed, reachable).effects).toEqual(["in 0"]);
    expect(after(away.state, failed, reachable, due).effects).toEqual(["restarting-ice 1", "in 8000", "restartIce"]);
  });

  it("starts over after `gave-up` when the peer becomes reachable or the page resumes", () => {
    const { state } = after({ ...impolite, wasConnected: true, path: "lost", step: "gave-up", attempt: 6 }, failed);
    expect(after(state, reachable, due).effects[0]).toBe("restarting-ice 1");
    expect(after(state, pageResumed(false), due).effects[0]).toBe("restarting-ice 1");
  });

  it("skips the ICE restarts when the connection is stuck", () => {
    expect(after(impolite, ...up, stuck).effects).toEqual(["waiting 0", "in 0"]);
    expect(after(impolite, ...up, stuck, due).effects[0]).toBe("rebuilding 3");
    expect(after(impolite, ...up, disconnected, due, stuck, due).effects[0]).toBe("rebuilding 3");
  });

  it("keeps a stuck connection if an exchange succeeds after all", () => {
    expect(after(impolite, ...up, stuck, dueUnreachable, { type: "negotiated", connected: true }).effects).toEqual([
      "stop",
      "recovered 2",
    ]);
  });

  it("restarts ICE at once when the network changes, even if the path seems up", () => {
    for (const polite of [true, false])
      expect(after({ ...impolite, polite }, ...up, pageResumed(true)).effects).toEqual(["in 0"]);
    const restarting = after(impolite, ...up, pageResumed(true), due);
    expect(restarting.effects).toEqual(["restarting-ice 1", "in 8000", "restartIce"]);
    expect(after(restarting.state, { type: "negotiated", connected: true }).effects).toEqual(["stop", "recovered 1"]);
    expect(after(restarting.state, due).effects).toEqual(["stop", "recovered 1"]);
    expect(after(impolite, ...up, pageResumed(false)).effects).toEqual([]);
  });

  it("restarts ICE at once when the path stalls, until it recovers", () => {
    const stalled: RecoveryInput = { type: "path-stalled" };
    const pathRecovered: RecoveryInput = { type: "path-recovered" };
    expect(after(impolite, ...up, stalled).effects).toEqual(["waiting 0", "in 0"]);
    expect(after({ ...impolite, polite: true }, ...up, stalled).effects).toEqual(["waiting 0", "in 500"]);
    const restarting = after(impolite, ...up, stalled, due);
    expect(restarting.effects).toEqual(["restarting-ice 1", "in 8000", "restartIce"]);
    // An exchange over the server proves nothing about the path.
    expect(after(restarting.state, { type: "negotiated", connected: true }).effects).toEqual([]);
    expect(after(restarting.state, pathRecovered).effects).toEqual(["stop", "recovered 1"]);
    expect(after(restarting.state, due, due).effects).toEqual(["rebuilding 3", "in 12000", "rebuild"]);
    expect(after(restarting.state, disconnected, pathRecovered).effects).toEqual([]);
    expect(after(impolite, ...up, stalled, pathRecovered).effects).toEqual(["stop", "recovered 0"]);
    expect(after(impolite, ...up, pathRecovered).effects).toEqual([]);
    expect(after({ ...impolite, restartable: false }, ...up, stalled).effects).toEqual([]);
  });

  it("ends the wait for an interruption when the page resumes", () => {
    expect(after(impolite, ...up, disconnected, pageResumed(false)).effects).toEqual(["in 0"]);
  });

  it("gives a first connection 45 seconds (RFC 8863 asks for 39.5) and then fewer attempts", () => {
    expect(after(impolite, started).effects).toEqual(["in 45000"]);
    const first = after(impolite, started, failed, due);
    expect(first.effects).toEqual(["restarting-ice 1", "in 8000", "restartIce"]);
    const second = after(first.state, failed, due);
    expect(second.effects).toEqual(["rebuilding 2", "in 12000", "rebuild"]);
    const third = after(second.state, started, failed, due);
    expect(third.effects).toEqual(["gave-up 3", "in 40000"]);
    const further = after(third.state, due, started, due, started);
    expect(further.effects).toEqual(["in 40000"]);
    expect(after(further.state, due).effects).toEqual(["stop"]);
  });

  it("makes the first offer if the peer's does not arrive within ten seconds", () => {
    expect(after(impolite, reachable).effects).toEqual(["in 10000"]);
    for (const waiting of [impolite, { ...impolite, replaceable: false }, { ...impolite, restartable: false }])
      expect(after(waiting, reachable, due).effects).toEqual(["rebuilding 1", "in 12000", "rebuild"]);
    const legacy = { ...impolite, replaceable: false, restartable: false };
    expect(after(legacy, reachable, due).effects).toEqual(["rebuilding 1", "in 12000", "rebuild"]);
  });

  it("makes no new connection to a legacy client, and restarts no ICE if a stack cannot", () => {
    const legacy = { ...impolite, replaceable: false };
    expect(after(legacy, ...up, failed, due, failed, due, failed, due).effects).toEqual(["gave-up 3", "in 40000"]);
    expect(after({ ...impolite, restartable: false }, ...up, failed, due).effects[0]).toBe("rebuilding 1");
  });
});
