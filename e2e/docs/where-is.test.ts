import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { readDocument, tableBelow } from "./support/markdown.js";
import { declaredIn } from "./support/symbols.js";

const rows = tableBelow(readDocument("docs/architecture.md"), "Where is …");

/** Each `path#symbol` of a cell; anything else in backticks is a mistake in the table. */
function entriesOf(cell: string): { path: string; symbol: string }[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, entry = ""]) => {
    const [path = "", symbol = ""] = entry.split("#");
    return { path, symbol };
  });
}

describe("The table of behaviors in docs/architecture.md", () => {
  test("answers for at least 30 behaviors, each once", () => {
    const behaviors = rows.map(([behavior]) => behavior);
    expect(behaviors.length).toBeGreaterThanOrEqual(30);
    expect(new Set(behaviors).size).toBe(behaviors.length);
  });

  test.each(rows)("finds the declaration for: %s", (_, cell = "") => {
    const entries = entriesOf(cell);
    expect(entries.length).toBeGreaterThan(0);
    for (const { path, symbol } of entries) {
      expect(existsSync(join(root, path)), `${path} exists`).toBe(true);
      expect(declaredIn(path), path).toContain(symbol);
    }
  });
});
