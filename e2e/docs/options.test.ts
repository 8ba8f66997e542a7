import { expect, test } from "vitest";
import { readDocument, tableBelow } from "./support/markdown.js";
import { declaredIn } from "./support/symbols.js";

const page = readDocument("docs/options.md");

test.each([
  ["packages/server/src/options.ts", "SignalingOptions"],
  ["packages/server/src/signaling.ts", "Signaling"],
  ["packages/server/src/application-events.ts", "SignalingEvents"],
  ["packages/client/src/options.ts", "PeerManagerOptions"],
  ["packages/client/src/events.ts", "ManagerEvents"],
])("docs/options.md names every member of %s#%s", (path, name) => {
  const prefix = `${name}.`;
  const members = [...declaredIn(path)]
    .filter((symbol) => symbol.startsWith(prefix))
    .map((symbol) => symbol.slice(prefix.length));
  expect(members.length).toBeGreaterThan(5);
  expect(members.filter((member) => !new RegExp(`\`${member}\\b`).test(page))).toEqual([]);
});

test("docs/recovery.md gives the defaults of the option `recovery` as they are", () => {
  const source = readDocument("packages/client/src/negotiation/recovery-defaults.ts");
  const [defaults = ""] = /(?<=defaultRecovery = \{).*?^\}/ms.exec(source) ?? [];
  const expected = Array.from(defaults.matchAll(/^ {2}(\w+): ([\d_]+),$/gm), ([, name, value = ""]) => [
    name,
    Number(value.replaceAll("_", "")),
  ]);
  const documented = tableBelow(readDocument("docs/recovery.md"), "Time constants").flatMap(
    ([names = "", values = ""]) => {
      const numbers = values.split(", ").map((value) => Number(value.replace(" ", "")));
      return names.split(", ").map((name, index) => [name.replaceAll("`", ""), numbers[index]]);
    },
  );
  expect(expected.length).toBeGreaterThan(10);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(expected));
});

test("D01: docs/options.md names every field of what `peers(room)` resolves to", () => {
  const prefix = "PeerInfo.";
  const fields = [...declaredIn("packages/server/src/application-events.ts")]
    .filter((symbol) => symbol.startsWith(prefix))
    .map((symbol) => symbol.slice(prefix.length));
  const [row = ""] = /^\| `peers\(room\)` .*$/m.exec(page) ?? [];
  expect(fields.length).toBeGreaterThanOrEqual(5);
  expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(row))).toEqual([]);
});
