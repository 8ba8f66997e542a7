import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { serverRules } from "../src/server/rules.js";

const protocol = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
const headings = new Set([...protocol.matchAll(/^#{2,3} (.*)$/gm)].map(([, heading = ""]) => heading.toLowerCase().replaceAll(" ", "-")));

it("every rule has a name of its own, one sentence, and a heading of the protocol's document that is there", () => {
  const rules = [...serverRules];
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id, sentence, section } of rules) {
    expect(id).toMatch(/^[a-z-]+\.[a-z-]+$/);
    expect(sentence).toMatch(/^[a-z].*[^.]$/);
    expect(headings).toContain(section);
  }
});
