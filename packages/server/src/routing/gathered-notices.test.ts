import { describe, expect, it } from "vitest";
import { type Socket } from "../socket-io.js";
import { gatherMs, GatheredNotices, maxGathered } from "./gathered-notices.js";

const socket = (id: string) => ({ id }) as Socket;
const [ada, bo] = [socket("ada"), socket("bo")];
const exit = (from: string, room = "r") => ({ from, room });
type Exit = ReturnType<typeof exit>;
interface Gathered {
  notices?: unknown[];
}

/** Notices whose timers run when `pass` is called. */
function gathered() {
  const sent: [to: string, event: string, payload: unknown][] = [];
  const timers: { ms: number; run: () => void }[] = [];
  const clock = { now: () => 0, after: (ms: number, run: () => void) => (timers.push({ ms, run }), () => undefined) };
  const notices = new GatheredNotices(clock, (to, event, payload) => sent.push([to.id, event, payload]));
  const pass = () => timers.splice(0).map(({ ms, run }) => (run(), ms));
  return { notices, sent, pass };
}

describe("gathered notices", () => {
  it("the first of a room is sent to everybody at once, and those that follow together, in order", () => {
    const { notices, sent, pass } = gathered();
    const [first, second, third] = ["1", "2", "3"].map((from) => exit(from)) as [Exit, Exit, Exit];
    for (const payload of [first, second, third]) for (const to of [ada, bo]) notices.add(to, "exit", payload);
    expect(sent).toEqual([
      ["ada", "exit", first],
      ["bo", "exit", first],
    ]);
    expect(pass()).toEqual([gatherMs]);
    const later = [second, third].map((payload) => ({ event: "exit", payload }));
    expect(sent.slice(2)).toEqual([
      ["ada", "notices", { notices: later }],
      ["bo", "notices", { notices: later }],
    ]);
  });

  it("whoever comes to a room under pressure gets its first notice with those that follow", () => {
    const { notices, sent, pass } = gathered();
    notices.add(ada, "exit", exit("1"));
    for (const from of ["2", "3"]) notices.add(bo, "exit", exit(from));
    expect(sent).toHaveLength(1);
    pass();
    const later = ["2", "3"].map((from) => ({ event: "exit", payload: exit(from) }));
    expect(sent.slice(1)).toEqual([["bo", "notices", { notices: later }]]);
  });

  it("another room has a first one of its own, which comes behind what waits", () => {
    const { notices, sent, pass } = gathered();
    for (const from of ["1", "2"]) notices.add(ada, "exit", exit(from));
    notices.add(ada, "exit", exit("3", "other"));
    expect(sent.map(([, , payload]) => payload)).toEqual([exit("1"), exit("2"), exit("3", "other")]);
    pass();
    expect(sent).toHaveLength(3);
  });

  it("a single one is sent as the event that it is", () => {
    const { notices, sent, pass } = gathered();
    for (const from of ["1", "2"]) notices.add(ada, "exit", exit(from));
    pass();
    expect(sent[1]).toEqual(["ada", "exit", exit("2")]);
  });

  it("go on while they come, and end with the first interval without one", () => {
    const { notices, sent, pass } = gathered();
    for (const from of ["1", "2"]) notices.add(ada, "exit", exit(from));
    pass();
    notices.add(ada, "exit", exit("3"));
    expect(sent).toHaveLength(2);
    pass();
    expect(sent).toHaveLength(3);
    expect([pass(), pass()]).toEqual([[gatherMs], []]);
    notices.add(ada, "exit", exit("4"));
    expect(sent[3]).toEqual(["ada", "exit", exit("4")]);
  });

  it("are sent before their time where something else is sent to that socket, once", () => {
    const { notices, sent, pass } = gathered();
    for (const payload of ["1", "2"].map((from) => exit(from)))
      for (const to of [ada, bo]) notices.add(to, "exit", payload);
    notices.flush(ada);
    notices.flush(ada);
    expect(sent.slice(2)).toEqual([["ada", "exit", exit("2")]]);
    pass();
    expect(sent.slice(3)).toEqual([["bo", "exit", exit("2")]]);
  });

  it("are never more than the bound in one event", () => {
    const { notices, sent } = gathered();
    for (let from = 0; from <= 2 * maxGathered; from += 1) notices.add(ada, "exit", exit(String(from)));
    const sizes = sent.map(([, , payload]) => (payload as { notices?: unknown[] }).notices?.length);
    expect(sizes).toEqual([undefined, maxGathered, maxGathered]);
  });

  it("are the same object for all who wait for the same, also once one of them has got the most", () => {
    const { notices, sent, pass } = gathered();
    const add = (to: Socket[], from: number) => {
      const payload = exit(String(from));
      for (const one of to) notices.add(one, "exit", payload);
    };
    add([ada], 0);
    for (let from = 1; from <= 10; from += 1) add([ada], from);
    for (let from = 11; from <= maxGathered + 5; from += 1) add([ada, bo], from);
    pass();
    const of = (to: Socket) => sent.filter(([id]) => id === to.id).map(([, , payload]) => payload as Gathered);
    expect(of(ada).map((each) => each.notices?.length)).toEqual([undefined, maxGathered, 5]);
    expect(of(bo).map((each) => each.notices?.length)).toEqual([maxGathered - 10, 5]);
    expect(of(ada)[2]).toBe(of(bo)[1]);
  });
});
