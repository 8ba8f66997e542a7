import { attachSignaling } from "@sig/server";
import { registerMetrics, type MetricsRegistry } from "@sig/server/metrics";
import { Server } from "socket.io";
import { describe, expect, onTestFinished, test } from "vitest";
import { filesOf } from "./support/files.js";
import { readDocument, tableBelow } from "./support/markdown.js";

const page = readDocument("docs/operating.md");

/** What prom-client's metrics are read by. */
interface Family {
  readonly name: string;
  get(): Promise<{ readonly type: string; readonly values: readonly { readonly labels: Record<string, string> }[] }>;
}

/** A registry that keeps everything it is given. */
class Registered implements MetricsRegistry {
  readonly families: Family[] = [];

  registerMetric(metric: never): void {
    this.families.push(metric);
  }

  getSingleMetric(): undefined {
    return undefined;
  }

  removeSingleMetric(): void {
    throw new Error("Nothing removes a metric here.");
  }
}

const codesOf = (cell: string): string[] => Array.from(cell.matchAll(/`([^`]+)`/g), ([, text = ""]) => text);

describe("The metrics in docs/operating.md", () => {
  const signaling = attachSignaling(new Server());

  /** Of the rows: `name{label} type: values`. */
  const documented = tableBelow(page, "All metrics").map(
    ([, name = "", type = "", values = ""]) => `${codesOf(name).join()} ${type}: ${codesOf(values).join()}`,
  );

  test("are those that a scrape has, with type, label and its values, and no other", async () => {
    onTestFinished(() => signaling.close());
    const registry = new Registered();
    registerMetrics(signaling, registry);
    const registered = await Promise.all(
      registry.families.map(async (family) => {
        const { type, values } = await family.get();
        const [label] = Object.keys(values[0]?.labels ?? {});
        const words = values.map(({ labels }) => Object.values(labels).join());
        return `${family.name}${label === undefined ? "" : `{${label}}`} ${type}: ${words.join()}`;
      }),
    );
    expect(registered.length).toBeGreaterThan(10);
    expect(documented.toSorted()).toEqual(registered.toSorted());
  });

  test("are those that `metrics()` has, and no other", () => {
    const names = tableBelow(page, "All metrics").flatMap(([first = "", , , values = ""]) => {
      const [name = ""] = codesOf(first);
      return name.endsWith("…") ? codesOf(values).map((value) => name.replace("…", value)) : [name];
    });
    expect(names.toSorted()).toEqual(Object.keys(signaling.metrics()).toSorted());
  });

  test("are the only ones that the expressions use", () => {
    const used = new Set(page.match(/\bsig_\w+/g));
    const known = new Set(documented.map((row) => row.replace(/[ {].*/, "")));
    expect([...used].filter((name) => !known.has(name))).toEqual([]);
  });
});

test("The log messages in docs/operating.md are those of the server, by their level, and no other", () => {
  const sources = filesOf("packages/server/src").filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  const calls = sources.flatMap((path) =>
    Array.from(
      readDocument(path).matchAll(/\blog\.(debug|info|warn|error)\(([^,]+)/g),
      ([, level = "", message = ""]) => [
        level,
        Array.from(message.matchAll(/"([a-z]+ [a-z ]+)"/g), ([, text]) => text),
      ],
    ),
  ) as [string, string[]][];
  const written = new Set(calls.flatMap(([level, messages]) => messages.map((message) => `${level}: ${message}`)));
  const documented = tableBelow(page, "Logs").flatMap(([level = "", messages = ""]) =>
    codesOf(messages)
      .filter((text) => text.includes(" "))
      .map((message) => `${codesOf(level).join()}: ${message}`),
  );
  expect(written.size).toBeGreaterThan(8);
  expect(documented.toSorted()).toEqual([...written].toSorted());
});
