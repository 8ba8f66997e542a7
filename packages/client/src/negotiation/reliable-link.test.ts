import { describe, expect, it } from "vitest";
import { createRandom } from "../../test/simulation/random.js";
import { initialLink, stepLink, type LinkEffect, type LinkInput, type LinkState } from "./reliable-link.js";

const start = (mode: LinkState<string>["mode"] = "on", path = true): LinkState<string> =>
  initialLink("1.e", mode, path);

/** Takes the inputs one after the other; what came of the last one is said in words. */
function after(state: LinkState<string>, ...inputs: LinkInput<string>[]): { state: LinkState<string>; says: string[] } {
  let says: string[] = [];
  for (const input of inputs) {
    const step = stepLink(state, input);
    state = step.state;
    says = step.effects.map(inWords);
  }
  return { state, says };
}

function inWords(effect: LinkEffect<string>): string {
  switch (effect.type) {
    case "transmit":
      return `transmit ${effect.message ?? "-"} ${effect.link === undefined ? "without link" : `seq ${String(effect.link.seq)} ack ${String(effect.link.ack)}`}${effect.again ? " again" : ""}`;
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
    expect(after(start(), send("a")).says).toEqual(["transmit a seq 1 ack 0", "stop ack", "resend in 1000"]);
    expect(after(start(), send("a"), send("b")).says).toEqual(["transmit b seq 2 ack 0", "stop ack"]);
  });

  it("says again what is not acknowledged, twice as late each time and at most every 10 seconds", () => {
    const waits = [];
    let { state } = after(start(), send("a"));
    for (let round = 0; round < 6; round++) {
      const step = after(state, { type: "resend-due" });
      state = step.state;
      expect(step.says[0]).toBe("transmit a seq 1 ack 0 again");
      waits.push(step.says[1]);
    }
    expect(waits).toEqual([2000, 4000, 8000, 10_000, 10_000, 10_000].map((ms) => `resend in ${String(ms)}`));
  });

  it("waits 10 seconds for a peer that it has not heard yet, and may know nothing of acknowledgements", () => {
    expect(after(start("unknown"), send("a")).says).toContain("resend in 10000");
  });

  it("forgets what is acknowledged, and only that", () => {
    const { state, says } = after(start(), send("a"), send("b"), send("c"), received(0, 2));
    expect(state.unacknowledged).toEqual([{ seq: 3, message: "c" }]);
    expect(says).toEqual(["resend in 1000"]);
    expect(after(state, received(0, 3)).says).toEqual(["stop resend"]);
  });

  it("delivers what comes once, in the order it was sent", () => {
    const late = after(start(), received(2, 0, "b"));
    expect(late.says).toEqual(["stop resend", "ack in 200"].slice(1));
    expect(after(late.state, received(1, 0, "a")).says).toEqual(["deliver a", "deliver b"]);
    expect(after(late.state, received(1, 0, "a"), received(2, 0, "b")).says).toEqual([]);
    expect(after(late.state, received(1, 0, "a"), received(1, 0, "a"), received(3, 0, "c")).says).toEqual([
      "deliver c",
    ]);
  });

  it("keeps no more than 512 messages that are ahead of a missing one", () => {
    const { state } = after(start(), ...Array.from({ length: 600 }, (_, index) => received(index + 2, 0, "x")));
    expect(state.early).toHaveLength(511);
  });

  it("acknowledges after 200 ms, or with what it sends meanwhile", () => {
    const heard = after(start(), received(1, 0, "a"));
    expect(heard.says).toEqual(["ack in 200", "deliver a"]);
    expect(after(heard.state, { type: "ack-due" }).says).toEqual(["transmit - seq 0 ack 1"]);
    const answered = after(heard.state, send("b"));
    expect(answered.says).toEqual(["transmit b seq 1 ack 1", "stop ack", "resend in 1000"]);
    expect(after(answered.state, { type: "ack-due" }).says).toEqual([]);
  });

  it("acknowledges again what it has got twice: the peer has not heard it", () => {
    const told = after(start(), received(1, 0, "a"), { type: "ack-due" }, received(1, 0, "a"));
    expect(told.says).toEqual(["ack in 200"]);
  });

  it("acknowledges no acknowledgement", () => {
    expect(after(start(), received(0, 0)).says).toEqual([]);
  });

  it("keeps in an outage what is sent, and says on return what it has, nothing else", () => {
    const away = after(start(), received(1, 0, "a"), { type: "path-closed" }, send("b"));
    expect(away.says).toEqual([]);
    expect(after(away.state, { type: "path-opened" }).says).toEqual([
      "transmit - seq 0 ack 1 again",
      "stop ack",
      "resend in 1000",
    ]);
  });

  it("says again only what is missing, once the peer has said what it has", () => {
    const back = after(
      start(),
      send("a"),
      send("b"),
      { type: "path-closed" },
      send("c"),
      { type: "path-opened" },
      received(0, 1),
    );
    expect(back.says).toEqual(["transmit b seq 2 ack 0 again", "transmit c seq 3 ack 0 again", "resend in 1000"]);
    expect(after(back.state, received(0, 1)).says).toEqual([]);
  });

  it("is off towards a peer that sends no link: nothing is kept, nothing acknowledged", () => {
    const off = after(start("unknown"), send("a"), { type: "received", message: "x" });
    expect(off.says).toEqual(["stop resend", "deliver x"]);
    expect(off.state).toMatchObject({ mode: "off", unacknowledged: [] });
    expect(after(off.state, send("b")).says).toEqual(["transmit b without link"]);
    expect(after(off.state, { type: "path-opened" }).says).toEqual([]);
  });

  it("says everything again to a peer that was never heard, when a way opens", () => {
    expect(after(start("unknown"), send("a"), { type: "path-closed" }, { type: "path-opened" }).says[0]).toBe(
      "transmit a seq 1 ack 0 again",
    );
  });
});

interface Line {
  readonly loss: number;
  readonly twice: number;
  readonly outages: number;
}

/** Two ends over a line that loses, doubles and reorders, with outages; both deliver everything or it throws. */
function talk(seed: number, { loss, twice, outages }: Line, step = stepLink<string>): void {
  const random = createRandom(seed);
  const queue: { at: number; run: () => void }[] = [];
  let now = 0;
  const at = (ms: number, run: () => void): void => void queue.push({ at: now + ms, run });
  let lossy = true;
  const ends = ["a", "b"].map((name, index) => ({
    name,
    index,
    state: start("unknown"),
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
      else if (effect.type === "timer") {
        const turn = ++end.timers[effect.timer];
        if (effect.ms !== undefined)
          at(effect.ms, () => {
            if (end.timers[effect.timer] === turn) put(index, { type: `${effect.timer}-due` });
          });
      } else {
        const times = (lossy && random.chance(loss) ? 0 : 1) + (lossy && random.chance(twice) ? 1 : 0);
        for (let time = 0; time < times; time++)
          at(random.next() * 150, () => {
            if (other.state.path || !lossy)
              put(other.index, { type: "received", link: effect.link, message: effect.message });
          });
      }
    }
  };
  for (const end of ends)
    for (let count = 1; count <= 12; count++)
      at(random.next() * 3000, () => put(end.index, send(`${end.name}${String(end.state.sent + 1)}`)));
  for (let count = 0; count < outages; count++) {
    const from = random.next() * 3000;
    const index = random.below(2);
    for (const end of random.chance(0.5) ? [0, 1] : [index]) {
      at(from, () => put(end, { type: "path-closed" }));
      at(from + random.next() * 500, () => put(end, { type: "path-opened" }));
    }
  }
  at(6000, () => {
    lossy = false;
    if (outages > 0) for (const { index } of ends) put(index, { type: "path-opened" });
  });
  for (let ran = 0; queue.length > 0; ran++) {
    if (ran > 5000) throw new Error("it does not come to rest");
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
  it("deliver everything once and in order in each of 3,000 runs on a line that loses, doubles and reorders", () => {
    for (let seed = 1; seed <= 1000; seed++) {
      talk(seed, { loss: 0.2, twice: 0, outages: 0 });
      talk(seed, { loss: 0.1, twice: 0.2, outages: 2 });
      talk(seed, { loss: 0, twice: 0.3, outages: 4 });
    }
  });

  it("would be noticed to deliver twice what comes twice", () => {
    const mutant: typeof stepLink<string> = (state, input) =>
      input.type === "received" &&
      input.link !== undefined &&
      input.link.seq !== 0 &&
      input.link.seq <= state.received &&
      input.message !== undefined
        ? { state, effects: [{ type: "deliver", message: input.message }] }
        : stepLink(state, input);
    expect(() => {
      for (let seed = 1; seed <= 100; seed++) talk(seed, { loss: 0, twice: 0.3, outages: 0 }, mutant);
    }).toThrow();
  });

  it("would be noticed to deliver in the order in which it comes", () => {
    const mutant: typeof stepLink<string> = (state, input) =>
      stepLink(
        input.type === "received" && input.link !== undefined && input.link.seq > state.received
          ? { ...state, received: input.link.seq - 1 }
          : state,
        input,
      );
    expect(() => {
      for (let seed = 1; seed <= 100; seed++) talk(seed, { loss: 0, twice: 0.3, outages: 0 }, mutant);
    }).toThrow();
  });

  it("would be noticed to say nothing again", () => {
    const mutant: typeof stepLink<string> = (state, input) =>
      input.type === "resend-due" ? { state, effects: [] } : stepLink(state, input);
    expect(() => {
      for (let seed = 1; seed <= 100; seed++) talk(seed, { loss: 0.2, twice: 0, outages: 0 }, mutant);
    }).toThrow();
  });
});
