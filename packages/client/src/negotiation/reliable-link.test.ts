import { describe, expect, it } from "vitest";
import { createRandom } from "../../test/simulation/random.js";
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

describe("one end of a link", () => {
  it("numbers what it sends from 1 and waits for an acknowledgement", () => {
    expect(after(start(), send("a")).effects).toEqual(["transmit a seq 1 ack 0", "resend in 1000"]);
    expect(after(start(), send("a"), send("b")).effects).toEqual(["transmit b seq 2 ack 0"]);
  });

  it("resends unacknowledged messages, doubling the wait up to 10 seconds", () => {
    const waits = [];
    let { state } = after(start(), send("a"));
    for (let round = 0; round < 6; round++) {
      const step = after(state, { type: "resend-due" });
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
    const due: LinkInput<string> = { type: "resend-due" };
    expect(after(start(), send("a"), due, due, { type: "route-opened" }).effects).toContain("resend in 1000");
  });

  it("neither keeps nor acknowledges messages if the peer sends no `link`", () => {
    const unnumbered = after(start("unknown"), send("a"), { type: "received", message: "x" });
    expect(unnumbered.effects).toEqual(["stop resend", "deliver x"]);
    expect(unnumbered.state).toMatchObject({ mode: "unnumbered", unacknowledged: [] });
    expect(after(unnumbered.state, send("b")).effects).toEqual(["transmit b without link"]);
    expect(after(unnumbered.state, { type: "route-opened" }).effects).toEqual(["stop resend"]);
  });

  it("resends everything to a peer that has not sent anything yet, when a route opens", () => {
    expect(after(start("unknown"), send("a"), { type: "route-opened" }).effects[0]).toBe(
      "transmit a seq 1 ack 0 resend",
    );
  });
});

interface Network {
  readonly loss: number;
  readonly duplicates: number;
  readonly outages: number;
}

/**
 * Two ends over a network with loss, duplicates, reordering and outages, in which an end sends nothing and runs no
 * timer. Throws unless both deliver everything.
 */
function exchangeMessages(seed: number, { loss, duplicates, outages }: Network, step = stepLink<string>): void {
  const random = createRandom(seed);
  const queue: { at: number; run: () => void }[] = [];
  let now = 0;
  const at = (ms: number, run: () => void): void => void queue.push({ at: now + ms, run });
  let unreliable = true;
  const ends = ["a", "b"].map((name, index) => ({
    name,
    index,
    state: start("unknown"),
    open: true,
    timers: { resend: 0, ack: 0 },
    got: [] as string[],
  }));
  const put = (index: number, input: LinkInput<string>): void => {
    const end = ends[index];
    const other = ends[1 - index];
    if (end === undefined || other === undefined) return;
    const { state, effects } = step(end.state, input);
    end.state = state;
    for (const effect of effects) {
      if (effect.type === "deliver") end.got.push(effect.message);
      else if (!end.open) continue;
      else if (effect.type === "timer") {
        const turn = ++end.timers[effect.timer];
        if (effect.ms !== undefined)
          at(effect.ms, () => {
            if (end.timers[effect.timer] === turn) put(index, { type: `${effect.timer}-due` });
          });
      } else {
        const times = (unreliable && random.chance(loss) ? 0 : 1) + (unreliable && random.chance(duplicates) ? 1 : 0);
        for (let time = 0; time < times; time++)
          at(random.next() * 150, () => {
            if (other.open || !unreliable)
              put(other.index, { type: "received", link: effect.link, message: effect.message });
          });
      }
    }
  };
  const setOpen = (index: number, open: boolean): void => {
    const end = ends[index];
    if (end === undefined) return;
    end.open = open;
    end.timers.resend++;
    end.timers.ack++;
    if (open) put(index, { type: "route-opened" });
  };
  for (const end of ends)
    for (let count = 1; count <= 12; count++)
      at(random.next() * 3000, () => put(end.index, send(`${end.name}${String(end.state.sent + 1)}`)));
  for (let count = 0; count < outages; count++) {
    const from = random.next() * 3000;
    const index = random.below(2);
    for (const end of random.chance(0.5) ? [0, 1] : [index]) {
      at(from, () => setOpen(end, false));
      at(from + random.next() * 500, () => setOpen(end, true));
    }
  }
  at(6000, () => {
    unreliable = false;
    if (outages > 0) for (const { index } of ends) setOpen(index, true);
  });
  for (let ran = 0; queue.length > 0; ran++) {
    if (ran > 5000) throw new Error("The link never goes idle.");
    queue.sort((one, other) => one.at - other.at);
    const next = queue.shift();
    now = next?.at ?? now;
    next?.run();
  }
  for (const { name, got, state } of ends) {
    const numbers = got.map((message) => Number(message.slice(1)));
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    const sent = ends.find((end) => end.name !== name)?.state.sent ?? 0;
    expect(got).toHaveLength(12);
    expect(sent).toBe(12);
    expect(new Set(numbers).size).toBe(12);
    expect(state.unacknowledged).toEqual([]);
    expect(state.early).toEqual([]);
  }
}

describe("two ends of a link", () => {
  it("deliver everything once and in order, in 3,000 runs with loss, duplicates and reordering", () => {
    for (let seed = 1; seed <= 1000; seed++) {
      exchangeMessages(seed, { loss: 0.2, duplicates: 0, outages: 0 });
      exchangeMessages(seed, { loss: 0.1, duplicates: 0.2, outages: 2 });
      exchangeMessages(seed, { loss: 0, duplicates: 0.3, outages: 4 });
    }
  });

  it("fail these runs if duplicates are delivered", () => {
    const mutant: typeof stepLink<string> = (state, input) =>
      input.type === "received" &&
      input.link !== undefined &&
      input.link.seq !== 0 &&
      input.link.seq <= state.received &&
      input.message !== undefined
        ? { state, effects: [{ type: "deliver", message: input.message }] }
        : stepLink(state, input);
    expect(() => {
      for (let seed = 1; seed <= 100; seed++) exchangeMessages(seed, { loss: 0, duplicates: 0.3, outages: 0 }, mutant);
    }).toThrow();
  });

  it("fail these runs if messages are delivered as they arrive", () => {
    const mutant: typeof stepLink<string> = (state, input) =>
      stepLink(
        input.type === "received" && input.link !== undefined && input.link.seq > state.received
          ? { ...state, received: input.link.seq - 1 }
          : state,
        input,
      );
    expect(() => {
      for (let seed = 1; seed <= 100; seed++) exchangeMessages(seed, { loss: 0, duplicates: 0.3, outages: 0 }, mutant);
    }).toThrow();
  });

  it("fail these runs if nothing is resent", () => {
    const mutant: typeof stepLink<string> = (state, input) =>
      input.type === "resend-due" ? { state, effects: [] } : stepLink(state, input);
    expect(() => {
      for (let seed = 1; seed <= 100; seed++) exchangeMessages(seed, { loss: 0.2, duplicates: 0, outages: 0 }, mutant);
    }).toThrow();
  });
});
