import { describe, expect, it } from "vitest";
import { fromToken, Keys, toToken } from "./keys.js";

const names = ["", "a", "A", "a.b", "{}", "{a}", "a:b", "%", "%0025", " ", "\n", "\0", "😀", "\ud83d", "\ude00", "ä"];
names.push("a\u0308", "*", "?", "[a]", "\\", "x".repeat(256));

describe("tokens", () => {
  it.each(names)("are of few characters, and lead back to the name: %j", (name) => {
    expect(toToken(name)).toMatch(/^[\w.%-]*$/);
    expect(fromToken(toToken(name))).toBe(name);
  });

  it.each([" ", "%", "%zzzz", "%0061", "%00e", "ä", "a\nb", "%00E4"])("that nothing leads to are none: %j", (token) => {
    expect(fromToken(token)).toBeUndefined();
  });
});

describe("Keys", () => {
  it("gives no two rooms, nodes and prefixes the same key", () => {
    const prefixes = [...names, "sig", "sig:", "sig:{nodes}", "sig:{=a}:members", "sig:node:a"];
    const keys = prefixes.flatMap((prefix) => {
      const of = new Keys(prefix);
      return [of.nodes, of.dead, ...names.flatMap((name) => [of.roomsOf(name), ...of.ofRoom(name)])];
    });
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("gives the keys of a room one hash tag, which is not empty", () => {
    for (const name of names) {
      const tags = new Keys("sig:{x}").ofRoom(name).map((key) => /\{([^}]*)\}/.exec(key)?.[1]);
      expect(new Set(tags)).toEqual(new Set([`=${toToken(name)}`]));
    }
  });
});
