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

const due: RecoveryInput = { type: "due" };
const begun: RecoveryInput = { type: "begun" };
const connected: RecoveryInput = { type: "connected" };
const disconnected: RecoveryInput = { type: "disconnected" };
const failed: RecoveryInput = { type: "failed", cause: "why" };
const stuck: RecoveryInput = { type: "stuck", cause: "why" };
const negotiated: RecoveryInput = { type: "negotiated", connected: false };
const unreachable: RecoveryInput = { type: "unreachable" };
const reachable: RecoveryInput = { type: "reachable" };
const pageResumed = (networkChanged: boolean): RecoveryInput => ({ type: "page-resumed", networkChanged });

const up = [begun, connected];
const impolite = initialRecovery({ polite: false, replaceable: true, restartable: true, reachable: true });

function after(state: RecoveryState, ...inputs: RecoveryInput[]): { state: RecoveryState; said: string[] } {
  let said: string[] = [];
  for (const input of inputs) {
    const step = recover(state, input, times);
    state = step.state;
    said = step.effects.map(inWords);
  }
  return { state, said };
}

function inWords(effect: RecoveryEffect): string {
  if (effect.type === "timer") return effect.ms === undefined ? "stop" : `in ${String(effect.ms)}`;
  return effect.type === "notify" ? `${effect.step} ${String(effect.attempt)}` : effect.type;
}

describe("the ladder of one pair", () => {
  it("waits two seconds before anything is done about an interruption, which most of them do not take", () => {
    expect(after(impolite, ...up, disconnected).said).toEqual(["waiting 0", "in 2000"]);
    expect(after(impolite, ...up, disconnected, connected).said).toEqual(["stop", "recovered 0"]);
  });

  it("restarts ICE then, the polite side a second later, so that both do not at once", () => {
    expect(after(impolite, ...up, disconnected, due).said).toEqual(["restarting-ice 1", "in 8000", "restart-ice"]);
    expect(after({ ...impolite, polite: true }, ...up, disconnected).said).toEqual(["waiting 0", "in 3000"]);
  });

  it("restarts at once when ICE says that it has failed", () => {
    expect(after(impolite, ...up, failed).said).toEqual(["waiting 0", "in 0"]);
    expect(after({ ...impolite, polite: true }, ...up, failed).said).toEqual(["waiting 0", "in 1000"]);
  });

  it("goes from ICE restarts to new connections, each given longer than the one before, and then gives up", () => {
    const steps: string[] = [];
    let { state } = after(impolite, ...up, disconnected);
    for (let turn = 0; turn < 6; turn++) {
      const step = after(state, due);
      steps.push(...step.said);
      state = step.state;
      if (step.said.includes("rebuild")) {
        const began = after(state, begun);
        steps.push(...began.said);
        state = began.state;
      }
    }
    expect(steps).toEqual([
      ...["restarting-ice 1", "in 8000", "restart-ice"],
      ...["restarting-ice 2", "in 8000", "restart-ice"],
      ...["rebuilding 3", "in 12000", "rebuild", "in 12000"],
      ...["rebuilding 4", "in 12000", "rebuild", "in 24000"],
      ...["rebuilding 5", "in 12000", "rebuild", "in 36000"],
      ...["gave-up 6", "in 40000"],
    ]);
    expect(after(state, due).said).toEqual(["in 40000", "rebuild"]);
    expect(after(state, due, begun, due).said).toEqual(["in 40000", "rebuild"]);
    expect(after(state, due, begun, connected).said).toEqual(["stop", "recovered 7"]);
  });

  it("does not repeat as quickly what failed quickly", () => {
    const { state } = after(impolite, ...up, failed, due);
    expect(after(state, failed).said).toEqual(["in 1000"]);
    expect(after(state, failed, due, failed).said).toEqual(["in 2000"]);
    expect(after(state, failed, due, failed, due, begun, failed).said).toEqual(["in 4000"]);
  });

  it("takes the other side's restart for its own", () => {
    expect(after({ ...impolite, polite: true }, ...up, disconnected, negotiated).said).toEqual(["in 9000"]);
    expect(after({ ...impolite, polite: true }, ...up, disconnected, negotiated, connected).said).toEqual([
      "stop",
      "recovered 0",
    ]);
  });

  it("counts nothing while the server does not reach the peer, and goes on when it does", () => {
    const away = after(impolite, ...up, unreachable, disconnected, due);
    expect(away.said).toEqual([]);
    expect(after(away.state, failed).said).toEqual([]);
    expect(after(away.state, failed, reachable).said).toEqual(["in 0"]);
    expect(after(away.state, failed, reachable, due).said).toEqual(["restarting-ice 1", "in 8000", "restart-ice"]);
  });

  it("starts from the bottom when a peer that it gave up can be reached again, or the page resumed", () => {
    const { state } = after({ ...impolite, wasConnected: true, path: "lost", doing: "gave-up", attempt: 6 }, failed);
    expect(after(state, reachable, due).said[0]).toBe("restarting-ice 1");
    expect(after(state, pageResumed(false), due).said[0]).toBe("restarting-ice 1");
  });

  it("replaces the connection at once when offers and answers lead to nothing on it", () => {
    expect(after(impolite, ...up, stuck).said).toEqual(["waiting 0", "in 0"]);
    expect(after(impolite, ...up, stuck, due).said[0]).toBe("rebuilding 3");
    expect(after(impolite, ...up, disconnected, due, stuck, due).said[0]).toBe("rebuilding 3");
  });

  it("goes on with the connection when an exchange succeeds after all", () => {
    expect(after(impolite, ...up, unreachable, stuck, due, { type: "negotiated", connected: true }).said).toEqual([
      "stop",
      "recovered 2",
    ]);
  });

  it("restarts ICE at once when the network is another, though the path seems to be there", () => {
    for (const polite of [true, false])
      expect(after({ ...impolite, polite }, ...up, pageResumed(true)).said).toEqual(["in 0"]);
    const restarting = after(impolite, ...up, pageResumed(true), due);
    expect(restarting.said).toEqual(["restarting-ice 1", "in 8000", "restart-ice"]);
    expect(after(restarting.state, { type: "negotiated", connected: true }).said).toEqual(["stop", "recovered 1"]);
    expect(after(restarting.state, due).said).toEqual(["stop", "recovered 1"]);
    expect(after(impolite, ...up, pageResumed(false)).said).toEqual([]);
  });

  it("restarts ICE at once when nothing arrives any more, though ICE has not noticed, until something does", () => {
    const silent: RecoveryInput = { type: "path-stalled" };
    const heard: RecoveryInput = { type: "path-recovered" };
    expect(after(impolite, ...up, silent).said).toEqual(["waiting 0", "in 0"]);
    expect(after({ ...impolite, polite: true }, ...up, silent).said).toEqual(["waiting 0", "in 500"]);
    const restarting = after(impolite, ...up, silent, due);
    expect(restarting.said).toEqual(["restarting-ice 1", "in 8000", "restart-ice"]);
    // An exchange over the server says nothing about the path.
    expect(after(restarting.state, { type: "negotiated", connected: true }).said).toEqual([]);
    expect(after(restarting.state, heard).said).toEqual(["stop", "recovered 1"]);
    expect(after(restarting.state, due, due).said).toEqual(["rebuilding 3", "in 12000", "rebuild"]);
    expect(after(restarting.state, disconnected, heard).said).toEqual([]);
    expect(after(impolite, ...up, silent, heard).said).toEqual(["stop", "recovered 0"]);
    expect(after(impolite, ...up, heard).said).toEqual([]);
    expect(after({ ...impolite, restartable: false }, ...up, silent).said).toEqual([]);
  });

  it("does not wait any longer for an interruption to end when the page wakes", () => {
    expect(after(impolite, ...up, disconnected, pageResumed(false)).said).toEqual(["in 0"]);
  });

  it("gives a first connection the 39.5 seconds of RFC 8863 and more, and is sooner to say that it failed", () => {
    expect(after(impolite, begun).said).toEqual(["in 45000"]);
    const first = after(impolite, begun, failed, due);
    expect(first.said).toEqual(["restarting-ice 1", "in 8000", "restart-ice"]);
    const second = after(first.state, failed, due);
    expect(second.said).toEqual(["rebuilding 2", "in 12000", "rebuild"]);
    const third = after(second.state, begun, failed, due);
    expect(third.said).toEqual(["gave-up 3", "in 40000"]);
    const further = after(third.state, due, begun, due, begun);
    expect(further.said).toEqual(["in 40000"]);
    expect(after(further.state, due).said).toEqual(["stop"]);
  });

  it("makes the first offer itself when the peer that should does not within ten seconds", () => {
    expect(after(impolite, reachable).said).toEqual(["in 10000"]);
    expect(after(impolite, reachable, due).said).toEqual(["rebuilding 1", "in 12000", "rebuild"]);
  });

  it("gives a peer that knows nothing of new connections no other, and one that cannot restart ICE no restart", () => {
    const seed = { ...impolite, replaceable: false };
    expect(after(seed, ...up, failed, due, failed, due, failed, due).said).toEqual(["gave-up 3", "in 40000"]);
    expect(after(seed, reachable).said).toEqual([]);
    expect(after({ ...impolite, restartable: false }, ...up, failed, due).said[0]).toBe("rebuilding 1");
  });
});
