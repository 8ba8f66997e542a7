import { EventEmitter } from "node:events";
import { beforeEach, describe, expect, it } from "vitest";
import { SharedListeners } from "./shared-listeners.js";

type Listener = (...args: unknown[]) => void;

/** An emitter of Node, whose application does something to what is added. */
class Emitter extends EventEmitter {
  constructor(readonly name: string) {
    super();
  }
}

/** An application that wraps listeners as `once` does, and loses their `this`. */
class WrappingEmitter extends Emitter {
  override on(event: string, listener: Listener): this {
    const wrapper = (...args: unknown[]): void => listener(...args);
    return super.on(event, Object.assign(wrapper, { listener }));
  }
}

/** An emitter of another kind, which calls without `this`. */
class PlainEmitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(readonly name: string) {}

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  listeners(event: string): Listener[] {
    return [...(this.#listeners.get(event) ?? [])];
  }

  removeAllListeners(): void {
    this.#listeners.clear();
  }

  emit(event: string, ...args: unknown[]): void {
    for (const listener of this.listeners(event)) listener(...args);
  }
}

describe("SharedListeners", () => {
  let log: unknown[][];
  let listeners: SharedListeners<Emitter | PlainEmitter>;
  beforeEach(() => {
    log = [];
    listeners = new SharedListeners<Emitter | PlainEmitter>([
      [
        "a",
        function (...args) {
          log.push([this.name, "a", ...args]);
        },
      ],
      [
        "b",
        function (...args) {
          log.push([this.name, "b", ...args]);
        },
      ],
    ]);
  });

  it("are the same functions on emitters of Node, and find each by `this`", () => {
    const [one, other] = [new Emitter("one"), new Emitter("other")];
    for (const emitter of [one, other]) listeners.add(emitter);
    expect(one.listeners("a")).toEqual(other.listeners("a"));
    one.emit("a", 1, 2);
    other.emit("b");
    expect(log).toEqual([
      ["one", "a", 1, 2],
      ["other", "b"],
    ]);
  });

  const kinds = [
    ["of Node", Emitter],
    ["whose application wraps what is added", WrappingEmitter],
    ["that calls without `this`", PlainEmitter],
  ] as const;

  it.each(kinds)("are called once for an event of an emitter %s", (_, Kind) => {
    const emitters = [new Kind("one"), new Kind("other")] as const;
    for (const emitter of emitters) listeners.add(emitter);
    emitters[1].emit("a", 1);
    emitters[0].emit("b", 2);
    expect(log).toEqual([
      ["other", "a", 1],
      ["one", "b", 2],
    ]);
  });

  it.each(kinds)("are restored once on an emitter %s", (_, Kind) => {
    const emitter = new Kind("one");
    listeners.add(emitter);
    listeners.restore(emitter);
    emitter.emit("a");
    expect(log).toEqual([["one", "a"]]);
    emitter.removeAllListeners();
    emitter.emit("a");
    expect(log).toHaveLength(1);
    listeners.restore(emitter);
    listeners.restore(emitter);
    emitter.emit("a");
    emitter.emit("b");
    expect(log.slice(1)).toEqual([
      ["one", "a"],
      ["one", "b"],
    ]);
  });

  it.each(kinds)("are removed from an emitter %s, and those of the application stay", (_, Kind) => {
    const emitter = new Kind("one");
    emitter.on("a", () => log.push(["application"]));
    listeners.add(emitter);
    listeners.remove(emitter);
    emitter.emit("a");
    emitter.emit("b");
    expect(log).toEqual([["application"]]);
  });
});
