import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { root } from "./lib/paths.mjs";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: Record<string, { "runs-on": string; "timeout-minutes"?: number; container?: string; steps: Step[] }>;
}

const read = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");
const namesIn = (folder: string): string[] => readdirSync(join(root, folder)).filter((name) => name.endsWith(".yml"));

const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Which programs of this repository some commands run, and cannot. */
function missingPrograms(commands: string): string[] {
  const missing = Array.from(commands.matchAll(/\bnpm (?:run )?([\w:-]+)/g), ([, name = ""]) => name).filter(
    (name) => !(name in scripts) && name !== "install",
  );
  for (const [, path = ""] of commands.matchAll(/^(\.[\w/.-]+)/gm)) {
    try {
      accessSync(join(root, path), constants.X_OK);
    } catch {
      missing.push(path);
    }
  }
  return missing;
}

const problemsOf = (text: string): string[] => {
  const { errors, warnings } = parseDocument(text);
  return [...errors, ...warnings].map(({ message }) => message);
};

const isPinned = (action: string): boolean => /^[\w-]+\/[\w./-]+@(v\d+(\.\d+){0,2}|[\da-f]{40})$/.test(action);

describe.each(namesIn(".github/workflows"))("The workflow %s", (name) => {
  const text = read(".github/workflows", name);
  const { on, permissions, jobs } = parse(text) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test("is valid YAML with triggers, and with no right but to read", () => {
    expect(problemsOf(text)).toEqual([]);
    expect(Object.keys(on).length).toBeGreaterThan(0);
    expect(permissions).toEqual({ contents: "read" });
  });

  test("uses actions of a fixed version", () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !isPinned(action))).toEqual([]);
  });

  test("runs commands of a valid syntax, and programs that exist", () => {
    const commands = steps.flatMap(({ run }) => run ?? []);
    expect(commands.length).toBeGreaterThan(0);
    expect(steps.filter(({ run, uses }) => (run === undefined) === (uses === undefined))).toEqual([]);
    for (const command of commands) {
      const { status, stderr } = spawnSync("bash", ["-n"], { input: command, encoding: "utf8" });
      expect(status, stderr).toBe(0);
      expect(missingPrograms(command)).toEqual([]);
    }
  });
});

test("A pull request may have commits of the types that CONTRIBUTING.md names, and no others", () => {
  const [, accepted = ""] = /pattern='\^\(([\w|]+)\)/.exec(read(".github/workflows/test.yml")) ?? [];
  const [, named = ""] = /The types are ([^.]+)\./.exec(read("CONTRIBUTING.md")) ?? [];
  expect(accepted.split("|")).toEqual(named.split(/,\s+|\s+and\s+/));
});

describe("The check of workflows", () => {
  test("finds a script and a program that do not exist", () => {
    expect(missingPrograms("npm run no-such-script\nnpm test\n./no/such/file --flag\n.ci/run")).toEqual([
      "no-such-script",
      "./no/such/file",
    ]);
  });

  test.each(["actions/checkout@main", "actions/checkout", "checkout@v4"])("finds that %s is not pinned", (action) => {
    expect(isPinned(action)).toBe(false);
  });

  test("finds a key that is there twice", () => {
    expect(problemsOf("jobs: {}\njobs: {}\n")).toHaveLength(1);
  });
});

describe("The devcontainer", () => {
  const container = JSON.parse(read(".devcontainer", "devcontainer.json")) as Record<string, string>;

  test("is the image of the test workflow", () => {
    const { jobs } = parse(read(".github/workflows/test.yml")) as Workflow;
    expect(jobs.test?.container).toBe(container.image);
  });

  test("runs a script that exists when it has been created", () => {
    expect(container.postCreateCommand).toMatch(/^npm /);
    expect(missingPrograms(container.postCreateCommand ?? "")).toEqual([]);
  });
});

describe.each(namesIn(".github/ISSUE_TEMPLATE").filter((name) => name !== "config.yml"))(
  "The issue template %s",
  (name) => {
    test("has a name, a description, and fields that can be told apart", () => {
      const text = read(".github/ISSUE_TEMPLATE", name);
      expect(problemsOf(text)).toEqual([]);
      const { body, ...head } = parse(text) as {
        body: { type: string; id?: string; attributes: { label?: string } }[];
      };
      expect(head).toMatchObject({ name: expect.any(String) as string, description: expect.any(String) as string });
      const fields = body.filter(({ type }) => type !== "markdown");
      expect(fields.filter(({ attributes }) => attributes.label === undefined)).toEqual([]);
      expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
      expect(fields.filter(({ type }) => !["input", "textarea", "dropdown", "checkboxes"].includes(type))).toEqual([]);
    });
  },
);
