import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { clientRules } from "../src/client/rules.js";
import { serverRules } from "../src/server/rules.js";

const protocol = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
const headings = new Set([...protocol.matchAll(/^#{2,3} (.*)$/gm)].map(([, heading = ""]) => heading.toLowerCase().replaceAll(" ", "-")));

it.each([
  ["server", serverRules],
  ["client", clientRules],
])("every rule for a %s has a name of its own, one sentence, and a heading of the protocol's document that is there", (_, rules: readonly { id: string; sentence: string; section: string }[]) => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id, sentence, section } of rules) {
    expect(id).toMatch(/^[a-z-]+\.[a-z-]+$/);
    expect(sentence).toMatch(/^[a-z].*[^.]$/);
    expect(headings).toContain(section);
  }
});
