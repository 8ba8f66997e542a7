import { describe, expect, it } from "vitest";
import { createRandom } from "../../test/simulation/random.js";
import { initialLink, stepLink, type LinkInput } from "./reliable-link.js";

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
    state: initialLink<string>("1.e", "unknown"),
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
      at(random.next() * 3000, () =>
        put(end.index, { type: "send", message: `${end.name}${String(end.state.sent + 1)}` }),
      );
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
