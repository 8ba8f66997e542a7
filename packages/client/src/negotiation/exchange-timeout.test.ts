import { describe, expect, it } from "vitest";
import { initialWatch, watch, type WatchInput } from "./exchange-timeout.js";

function run(...inputs: WatchInput[]): string[] {
  let state = initialWatch(true);
  let said: string[] = [];
  for (const input of inputs) {
    const step = watch(state, input);
    state = step.state;
    said = step.effects.map((effect) => (effect.type === "timer" ? (effect.running ? "start" : "stop") : effect.type));
  }
  return said;
}

const exchange = (name?: string): WatchInput => ({ type: "exchange", exchange: name });
const due: WatchInput = { type: "due" };
const reachable = (is: boolean): WatchInput => ({ type: "reachable", reachable: is });

describe("the watch over an exchange of offer and answer", () => {
  it("begins with the exchange and ends with it", () => {
    expect(run(exchange("a-1"))).toEqual(["start"]);
    expect(run(exchange("a-1"), exchange("a-1"))).toEqual([]);
    expect(run(exchange("a-1"), exchange())).toEqual(["stop"]);
    expect(run(exchange("a-1"), exchange(), due)).toEqual([]);
  });

  it("has it said again three times, then gives the connection up", () => {
    expect(run(exchange("a-1"), due)).toEqual(["start", "resend"]);
    expect(run(exchange("a-1"), due, due, due)).toEqual(["start", "resend"]);
    expect(run(exchange("a-1"), due, due, due, due)).toEqual(["start", "give-up"]);
  });

  it("begins anew with the next exchange", () => {
    expect(run(exchange("a-1"), due, due, due, exchange("b-1"), due)).toEqual(["start", "resend"]);
  });

  it("lets no time pass while the peer cannot be reached", () => {
    expect(run(exchange("a-1"), reachable(false))).toEqual(["stop"]);
    expect(run(exchange("a-1"), reachable(false), due)).toEqual([]);
    expect(run(exchange("a-1"), reachable(false), reachable(true))).toEqual(["start"]);
    expect(run(reachable(false), exchange("a-1"))).toEqual(["stop"]);
  });
});
