import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { clientRules } from "../src/client/rules.js";
import { deviceRules } from "../src/device/rules.js";
import { serverRules } from "../src/server/rules.js";

function headingsOf(page: string): Set<string> {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), "utf8");
  return new Set(
    [...text.matchAll(/^#{2,3} (.*)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(".", "").replaceAll(" ", "-"),
    ),
  );
}

it.each([
  ["server", "protocol.md", serverRules],
  ["client", "protocol.md", clientRules],
  ["device", "write-a-client.md", deviceRules],
])(
  "every rule for a %s has a unique id, a requirement, and an existing heading of docs/%s",
  (_, page, rules: readonly { id: string; requirement: string; section: string }[]) => {
    const headings = headingsOf(page);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { id, requirement, section } of rules) {
      expect(id).toMatch(/^[a-z-]+\.[a-z-]+$/);
      expect(requirement).toMatch(/^[a-z].*[^.]$/);
      expect(headings).toContain(section);
    }
  },
);
