import { describe, expect, it } from "vitest";
import { initialExchangeTimeout, stepExchangeTimeout, type ExchangeTimeoutInput } from "./exchange-timeout.js";

/** Applies the inputs in order; returns the effects of the last one as words. */
function lastEffects(...inputs: ExchangeTimeoutInput[]): string[] {
  let state = initialExchangeTimeout;
  let effects: string[] = [];
  for (const input of inputs) {
    const step = stepExchangeTimeout(state, input);
    state = step.state;
    effects = step.effects.map((effect) =>
      effect.type === "timer" ? (effect.running ? "start" : "stop") : effect.type,
    );
  }
  return effects;
}

const exchange = (name?: string, isReachable = true): ExchangeTimeoutInput => ({
  type: "exchange",
  exchange: name,
  reachable: isReachable,
});
const due: ExchangeTimeoutInput = { type: "due" };
const reachable = (is: boolean): ExchangeTimeoutInput => ({ type: "reachable", reachable: is });

describe("the timeout of an exchange", () => {
  it("starts and stops with the exchange", () => {
    expect(lastEffects(exchange("a-1"))).toEqual(["start"]);
    expect(lastEffects(exchange("a-1"), exchange("a-1"))).toEqual([]);
    expect(lastEffects(exchange("a-1"), exchange())).toEqual(["stop"]);
    expect(lastEffects(exchange("a-1"), exchange(), due)).toEqual([]);
  });

  it("resends three times, then gives the connection up", () => {
    expect(lastEffects(exchange("a-1"), due)).toEqual(["start", "resend"]);
    expect(lastEffects(exchange("a-1"), due, due, due)).toEqual(["start", "resend"]);
    expect(lastEffects(exchange("a-1"), due, due, due, due)).toEqual(["start", "give-up"]);
  });

  it("counts again from zero for the next exchange", () => {
    expect(lastEffects(exchange("a-1"), due, due, due, exchange("b-1"), due)).toEqual(["start", "resend"]);
  });

  it("stops while the peer is unreachable", () => {
    expect(lastEffects(exchange("a-1"), reachable(false))).toEqual(["stop"]);
    expect(lastEffects(exchange("a-1"), reachable(false), reachable(true))).toEqual(["start"]);
    expect(lastEffects(exchange("a-1", false))).toEqual(["stop"]);
  });
});
