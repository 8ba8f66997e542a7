import { describe, expect, it } from "vitest";
import { initialLink, stepLink, type LinkEffect, type LinkInput, type LinkState } from "./reliable-link.js";

const start = (mode: LinkState<string>["mode"] = "numbered"): LinkState<string> => initialLink("1.e", mode);

/** Applies the inputs in order; returns the effects of the last one as words. */
function after(
  state: LinkState<string>,
  ...inputs: LinkInput<string>[]
): { state: LinkState<string>; effects: string[] } {
  let effects: string[] = [];
  for (const input of inputs) {
    const step = stepLink(state, input);
    state = step.state;
    effects = step.effects.map(inWords);
  }
  return { state, effects };
}

function inWords(effect: LinkEffect<string>): string {
  switch (effect.type) {
    case "transmit": {
      const { link, message = "-", resend } = effect;
      const position = link === undefined ? "without link" : `seq ${String(link.seq)} ack ${String(link.ack)}`;
      return `transmit ${message} ${position}${resend ? " resend" : ""}`;
    }
    case "deliver":
      return `deliver ${effect.message}`;
    case "timer":
      return effect.ms === undefined ? `stop ${effect.timer}` : `${effect.timer} in ${String(effect.ms)}`;
  }
}

const send = (message: string): LinkInput<string> => ({ type: "send", message });
const received = (seq: number, ack: number, message?: string): LinkInput<string> => ({
  type: "received",
  link: { epoch: "1.e", seq, ack },
  message,
});
const resendDue: LinkInput<string> = { type: "resend-due" };

describe("one end of a link", () => {
  it("numbers what it sends from 1 and waits for an acknowledgement", () => {
    expect(after(start(), send("a")).effects).toEqual(["transmit a seq 1 ack 0", "resend in 1000"]);
    expect(after(start(), send("a"), send("b")).effects).toEqual(["transmit b seq 2 ack 0"]);
  });

  it("resends unacknowledged messages, doubling the wait up to 10 seconds", () => {
    const waits = [];
    let { state } = after(start(), send("a"));
    for (let round = 0; round < 6; round++) {
      const step = after(state, resendDue);
      state = step.state;
      expect(step.effects[0]).toBe("transmit a seq 1 ack 0 resend");
      waits.push(step.effects[1]);
    }
    expect(waits).toEqual([2000, 4000, 8000, 10_000, 10_000, 10_000].map((ms) => `resend in ${String(ms)}`));
  });

  it("waits 10 seconds for a peer that has not sent anything yet: it may not acknowledge at all", () => {
    expect(after(start("unknown"), send("a")).effects).toContain("resend in 10000");
  });

  it("forgets acknowledged messages and no others", () => {
    const { state, effects } = after(start(), send("a"), send("b"), send("c"), received(0, 2));
    expect(state.unacknowledged).toEqual([{ seq: 3, message: "c" }]);
    expect(effects).toEqual(["resend in 1000"]);
    expect(after(state, received(0, 3)).effects).toEqual(["stop resend"]);
  });

  it("delivers each message once and in order", () => {
    const late = after(start(), received(2, 0, "b"));
    expect(late.effects).toEqual(["ack in 200"]);
    expect(after(late.state, received(1, 0, "a")).effects).toEqual(["deliver a", "deliver b"]);
    expect(after(late.state, received(2, 0, "b")).state.early).toEqual([{ seq: 2, message: "b" }]);
    expect(after(late.state, received(1, 0, "a"), received(1, 0, "a"), received(2, 0, "b")).state.early).toEqual([]);
    expect(after(late.state, received(1, 0, "a"), received(2, 0, "b")).effects).toEqual([]);
    expect(after(late.state, received(1, 0, "a"), received(1, 0, "a"), received(3, 0, "c")).effects).toEqual([
      "deliver c",
    ]);
  });

  it("keeps at most 512 messages that arrived before a missing one", () => {
    const { state } = after(start(), ...Array.from({ length: 600 }, (_, index) => received(index + 2, 0, "x")));
    expect(state.early).toHaveLength(511);
  });

  it("acknowledges with the next message it sends, or after 200 ms", () => {
    const unanswered = after(start(), received(1, 0, "a"));
    expect(unanswered.effects).toEqual(["ack in 200", "deliver a"]);
    expect(after(unanswered.state, { type: "ack-due" }).effects).toEqual(["transmit - seq 0 ack 1"]);
    const answered = after(unanswered.state, send("b"));
    expect(answered.effects).toEqual(["transmit b seq 1 ack 1", "resend in 1000"]);
    expect(after(answered.state, { type: "ack-due" }).effects).toEqual([]);
  });

  it("acknowledges a duplicate again, because the peer did not get the first acknowledgement", () => {
    const repeated = after(start(), received(1, 0, "a"), { type: "ack-due" }, received(1, 0, "a"));
    expect(repeated.effects).toEqual(["ack in 200"]);
  });

  it("does not acknowledge acknowledgements", () => {
    expect(after(start(), received(0, 0)).effects).toEqual([]);
  });

  it("sends an acknowledgement when a route opens, and starts its timer again", () => {
    const away = after(start(), received(1, 0, "a"), send("b"));
    expect(after(away.state, { type: "route-opened" }).effects).toEqual([
      "resend in 1000",
      "transmit - seq 0 ack 1 resend",
    ]);
    expect(after(away.state, { type: "route-opened" }, { type: "ack-due" }).effects).toEqual([]);
  });

  it("resends only the missing messages, after the acknowledgement of the peer", () => {
    const back = after(start(), send("a"), send("b"), send("c"), { type: "route-opened" }, received(0, 1));
    expect(back.effects).toEqual(["transmit b seq 2 ack 0 resend", "transmit c seq 3 ack 0 resend", "resend in 1000"]);
    expect(after(back.state, received(0, 1)).effects).toEqual([]);
  });

  it("begins with short waits again when a route opens", () => {
    expect(after(start(), send("a"), resendDue, resendDue, { type: "route-opened" }).effects).toContain(
      "resend in 1000",
    );
  });

  it("neither keeps nor acknowledges messages if the peer sends no `link`", () => {
    const unnumbered = after(start("unknown"), send("a"), { type: "received", message: "x" });
    expect(unnumbered.effects).toEqual(["stop resend", "deliver x"]);
    expect(unnumbered.state).toMatchObject({ mode: "unnumbered", unacknowledged: [] });
    expect(after(unnumbered.state, send("b")).effects).toEqual(["transmit b without link"]);
    expect(after(unnumbered.state, { type: "route-opened" }).effects).toEqual(["stop resend"]);
    expect(after(unnumbered.state, { type: "received", message: "y" }).effects).toEqual(["deliver y"]);
  });

  it("goes on numbering if a message arrives without `link`, and delivers none without content", () => {
    const { state, effects } = after(start(), send("a"), { type: "received" });
    expect(effects).toEqual([]);
    expect(state).toMatchObject({ mode: "numbered", unacknowledged: [{ seq: 1, message: "a" }] });
  });

  it("begins with short waits as soon as the peer shows that it numbers its messages", () => {
    expect(after(start("unknown"), send("a"), received(0, 0)).effects).toEqual(["resend in 1000"]);
    expect(after(start(), send("a"), received(0, 0)).effects).toEqual([]);
  });

  it("begins with short waits again after an acknowledgement of a message, not after any other", () => {
    const waiting = after(start(), send("a"), send("b"), resendDue, resendDue);
    expect(waiting.effects.at(-1)).toBe("resend in 4000");
    expect(after(waiting.state, received(0, 1)).effects).toEqual(["resend in 1000"]);
    expect(after(waiting.state, received(0, 0), resendDue).effects.at(-1)).toBe("resend in 8000");
  });

  it("delivers and acknowledges only what has both a number and a message", () => {
    expect(after(start(), received(0, 0, "a")).effects).toEqual([]);
    expect(after(start(), received(1, 0)).effects).toEqual([]);
  });

  it("resends only the oldest message after five resends without an acknowledgement", () => {
    const fifth = after(start(), send("a"), send("b"), ...Array.from({ length: 5 }, () => resendDue));
    expect(fifth.effects).toEqual([
      "transmit a seq 1 ack 0 resend",
      "transmit b seq 2 ack 0 resend",
      "resend in 10000",
    ]);
    expect(after(fifth.state, resendDue).effects).toEqual(["transmit a seq 1 ack 0 resend", "resend in 10000"]);
  });

  it("acknowledges with what it resends, unless nothing is left to resend", () => {
    const owing = after(start(), send("a"), received(1, 0, "x"));
    expect(after(owing.state, resendDue, { type: "ack-due" }).effects).toEqual([]);
    const settled = after(start(), received(1, 0, "x"), resendDue, { type: "ack-due" });
    expect(settled.effects).toEqual(["transmit - seq 0 ack 1"]);
  });

  it("resends everything to a peer that has not sent anything yet, when a route opens", () => {
    expect(after(start("unknown"), send("a"), { type: "route-opened" }).effects[0]).toBe(
      "transmit a seq 1 ack 0 resend",
    );
  });
});
